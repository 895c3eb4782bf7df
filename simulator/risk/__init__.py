"""Tables of outcomes to risk metrics with errors: free functions of a results object (see
`protocol.ResultTables`).
"""
