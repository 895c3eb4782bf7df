"""Tables in memory as Numba sees them: rows one after another from an address on, and a spare row before the first.

Row -1 is that spare row. So no index need be looked at, as Numba does with those of an array; and where tables are
never changes while a part runs, which Numba cannot know of an array.
"""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

_BYTE, _WORD = ir.IntType(8), ir.IntType(64)


class Rows(types.Type):  # type: ignore[misc]
    """Type of a table with rows of this type: its first row, and how many there are."""

    def __init__(self, row: Any) -> None:
        self.row = row
        super().__init__(f"Rows({row})")


@register_model(Rows)
class _RowsModel(models.StructModel):  # type: ignore[misc]
    def __init__(self, manager: Any, table: Rows) -> None:
        super().__init__(manager, table, [("first", types.voidptr), ("count", types.int64)])


@intrinsic  # type: ignore[untyped-decorator]
def fixed(typing: Any, start: Any, place: Any) -> Any:
    """A whole number at a place after an address, which never changes while a part runs."""

    def code(context: Any, builder: Any, own: Any, arguments: Any) -> Any:
        word = builder.load(builder.gep(builder.inttoptr(arguments[0], _WORD.as_pointer()), [arguments[1]]))
        word.set_metadata("invariant.load", builder.module.add_metadata([]))
        return word

    return types.int64(types.int64, types.int64), code


@intrinsic  # type: ignore[untyped-decorator]
def rows_at(typing: Any, where: Any, count: Any, row: Any) -> Any:
    """The table with so many rows of a numpy dtype at an address."""
    table = Rows(row.dtype)

    def code(context: Any, builder: Any, own: Any, arguments: Any) -> Any:
        first = builder.inttoptr(arguments[0], _BYTE.as_pointer())
        return _made(context, builder, table, first, arguments[1])

    return table(types.int64, types.int64, row), code


@intrinsic  # type: ignore[untyped-decorator]
def rows_from(typing: Any, table: Any, first: Any, count: Any) -> Any:
    """So many rows of a table from one on, as a table."""

    def code(context: Any, builder: Any, own: Any, arguments: Any) -> Any:
        return _made(context, builder, table, _place(context, builder, own, arguments[:2]), arguments[2])

    return table(table, types.int64, types.int64), code


@intrinsic  # type: ignore[untyped-decorator]
def copy_row(typing: Any, to: Any, row: Any) -> Any:
    """Write a row over another."""

    def code(context: Any, builder: Any, own: Any, arguments: Any) -> Any:
        cgutils.raw_memcpy(builder, arguments[0], arguments[1], ir.Constant(_WORD, row.size), 1)
        return context.get_dummy_value()

    return types.void(to, row), code


@intrinsic  # type: ignore[untyped-decorator]
def trailing_zeros(typing: Any, word: Any) -> Any:
    """Number of the lowest bit that is set in a whole number, which is not 0."""

    def code(context: Any, builder: Any, own: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.int64), code


@infer_global(operator.getitem)
class _TypeOfRow(AbstractTemplate):  # type: ignore[misc]
    def generic(self, arguments: Any, _: Any) -> Any:
        table, place = arguments
        if isinstance(table, Rows) and isinstance(place, types.Integer):
            return signature(table.row, table, types.int64)
        return None


@infer_global(operator.setitem)
class _TypeOfChange(AbstractTemplate):  # type: ignore[misc]
    def generic(self, arguments: Any, _: Any) -> Any:
        table, place, value = arguments
        if isinstance(table, Rows) and isinstance(place, types.Integer) and isinstance(value, types.Number):
            return signature(types.none, table, types.int64, table.row)
        return None


@infer_global(len)
class _TypeOfLength(AbstractTemplate):  # type: ignore[misc]
    def generic(self, arguments: Any, _: Any) -> Any:
        return signature(types.int64, *arguments) if isinstance(arguments[0], Rows) else None


@lower_builtin(operator.getitem, Rows, types.Integer)  # type: ignore[untyped-decorator]
def _row(context: Any, builder: Any, own: Any, arguments: Any) -> Any:
    place = _place(context, builder, own, arguments)
    if isinstance(own.return_type, types.Record):
        return builder.bitcast(place, context.get_value_type(own.return_type))
    return builder.load(builder.bitcast(place, context.get_data_type(own.return_type).as_pointer()))


@lower_builtin(operator.setitem, Rows, types.Integer, types.Number)  # type: ignore[untyped-decorator]
def _change(context: Any, builder: Any, own: Any, arguments: Any) -> Any:
    place = _place(context, builder, own, arguments[:2])
    builder.store(arguments[2], builder.bitcast(place, arguments[2].type.as_pointer()))
    return context.get_dummy_value()


@lower_builtin(len, Rows)  # type: ignore[untyped-decorator]
def _length(context: Any, builder: Any, own: Any, arguments: Any) -> Any:
    return cgutils.create_struct_proxy(own.args[0])(context, builder, arguments[0]).count


def _made(context: Any, builder: Any, kind: Rows, first: Any, count: Any) -> Any:
    table = cgutils.create_struct_proxy(kind)(context, builder)
    table.first, table.count = first, count
    return table._getvalue()


def _place(context: Any, builder: Any, own: Any, arguments: Any) -> Any:
    """Where a row is."""
    table = cgutils.create_struct_proxy(own.args[0])(context, builder, arguments[0])
    size = context.get_abi_sizeof(context.get_data_type(own.args[0].row))
    return builder.gep(table.first, [builder.mul(arguments[1], ir.Constant(_WORD, size))])
