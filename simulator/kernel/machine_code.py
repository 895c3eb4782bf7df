"""From functions to machine code: each compiled by itself to bitcode, all joined and optimised as one program.

Numba compiles a function together with all that it calls, over and over. Parts are compiled apart, call each other by
symbol, and are joined as a linker does that optimises across its inputs (link-time optimisation, Lattner & Adve 2004).
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager, nullcontext
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import config, types
from numba.core.compiler import Flags, compile_extra
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target
from numba.core.runtime import rtsys

__all__ = ["Loaded", "bitcode", "foretell", "joined", "processor"]

_IR = {types.int64: ir.IntType(64), types.uint64: ir.IntType(64), types.float64: ir.DoubleType()}
_IR[types.void] = ir.VoidType()
_C = {types.int64: ctypes.c_int64, types.uint64: ctypes.c_uint64, types.float64: ctypes.c_double, types.void: None}
_MOST_SPEED = 3


def bitcode(symbol: str, function: Callable[..., Any], signature: Any, long_loops: bool) -> bytes:
    """A function, and all leaves in it, under a symbol. Loops are vectorised where they are long."""
    target, flags = cpu_target, Flags()
    flags.error_model = "numpy"
    flags.nrt = flags.no_cpython_wrapper = flags.no_cfunc_wrapper = flags.no_compile = True
    contexts = target.typing_context, target.target_context
    with global_compiler_lock, nullcontext() if long_loops else _left_to_joining():
        own = compile_extra(*contexts, function, signature.args, signature.return_type, flags, locals={})
        own.library.finalize()
    module = llvm.parse_assembly(own.library.get_llvm_str())
    module.link_in(llvm.parse_assembly(_face(symbol, own.fndesc.llvm_func_name, signature)))
    _keep_inside(module, {symbol})  # Numba gives the same name to leaves of other processes
    found: bytes = module.as_bitcode()
    return found


@contextmanager
def _left_to_joining() -> Iterator[None]:
    """Numba optimises little meanwhile: that is done once, for all parts together."""
    before = config.OPT, config.LOOP_VECTORIZE
    config.OPT, config.LOOP_VECTORIZE = type(config.OPT)(1), 0
    try:
        yield
    finally:
        config.OPT, config.LOOP_VECTORIZE = before


def foretell(symbols: Iterable[str]) -> None:
    """Parts that are not joined yet: Numba asks for some address when leaves that call them are compiled."""
    nowhere = ctypes.cast(ctypes.CDLL(None).abort, ctypes.c_void_p).value
    for symbol in symbols:
        llvm.add_symbol(symbol, nowhere)


def _face(symbol: str, inner: str, signature: Any) -> str:
    """A function as C would declare it, round Numba's, which returns a status and by pointers what it says.

    No part raises, so the status is always 0; one that did would end the program here.
    """
    module = ir.Module()
    returns, arguments = _IR[signature.return_type], [_IR[one] for one in signature.args]
    says = returns if signature.return_type != types.void else ir.IntType(8).as_pointer()
    pointers = [says.as_pointer(), ir.IntType(8).as_pointer().as_pointer()]
    called = ir.Function(module, ir.FunctionType(ir.IntType(32), [*pointers, *arguments]), inner)
    face = ir.Function(module, ir.FunctionType(returns, arguments), symbol)
    builder = ir.IRBuilder(face.append_basic_block())
    said = builder.alloca(says)
    status = builder.call(called, [said, ir.Constant(pointers[1], None), *face.args])
    with builder.if_then(builder.icmp_signed("!=", status, ir.Constant(status.type, 0)), likely=False):
        builder.call(ir.Function(module, ir.FunctionType(ir.VoidType(), []), "llvm.trap"), [])
        builder.unreachable()
    if signature.return_type == types.void:
        builder.ret_void()
    else:
        builder.ret(builder.load(said))
    return str(module)


def joined(parts: Iterable[bytes], entries: Set[str]) -> bytes:
    """Object code of all parts for this processor, in which only the entries can be called from outside."""
    first, *rest = (llvm.parse_bitcode(part) for part in parts)
    for one in rest:
        first.link_in(one)
    _keep_inside(first, entries)
    machine = _machine()
    builder = llvm.create_pass_builder(machine, _tuning())
    builder.getModulePassManager().run(first, builder)
    found: bytes = machine.emit_object(first)
    return found


def _keep_inside(module: Any, entries: Set[str]) -> None:
    """Nothing but the entries is seen from outside, so that the rest may be compiled into what calls it."""
    for own in [*module.functions, *module.global_variables]:
        if not own.is_declaration and own.name not in entries:
            own.linkage = "internal"


class Loaded:
    """Object code in memory, for the life of the process."""

    def __init__(self, code: bytes, entries: Mapping[str, Any]) -> None:
        """`entries`: signatures by symbol."""
        rtsys.initialize(cpu_target.target_context)  # arrays that parts make for themselves
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        self._engine.finalize_object()
        self.functions = {symbol: self._function(symbol, own) for symbol, own in entries.items()}

    def _function(self, symbol: str, signature: Any) -> Callable[..., Any]:
        """To be called from Python, other threads running meanwhile."""
        arguments: list[Any] = [_C[one] for one in signature.args]
        kind = ctypes.CFUNCTYPE(_C[signature.return_type], *arguments)
        return kind(self._engine.get_function_address(symbol))


def _tuning() -> Any:
    found = llvm.create_pipeline_tuning_options(_MOST_SPEED)
    found.loop_vectorization = found.slp_vectorization = False
    return found


def processor() -> str:
    """What machine code depends on besides the program."""
    return f"{llvm.llvm_version_info} {llvm.get_host_cpu_name()} {llvm.get_host_cpu_features().flatten()}"


def _machine() -> Any:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    features = llvm.get_host_cpu_features().flatten()
    name = llvm.get_host_cpu_name()
    return target.create_target_machine(name, features, _MOST_SPEED, reloc="pic", codemodel="small", jit=True)
