"""Turn a HumanEval ``check(candidate)`` function into single tests, through its syntax tree.

``assert candidate(args) == literal`` becomes a functional test. Every other statement that asserts something becomes
an assertion test, together with the imports, assignments and the like that stand before it, because it may need
them. Nothing is dropped: what no test carries in the end is a test of its own, even a lone ``assert True``.
"""

import ast

from proctor.problems.problem import TestCase

__all__ = ["split_check_function"]


def split_check_function(source: str, entry_point: str) -> list[TestCase]:
    """The tests of *source*'s ``check`` function, in its order, with the candidate called by its own name.

    The texts are those of the source, dedented. Where that would change the meaning (a string over several lines)
    they are written anew from the syntax tree.

    Args:
        source: A module that defines ``check`` with one parameter.
        entry_point: Name of the function under test.

    Raises:
        SyntaxError: *source* is not Python.
        ValueError: It defines no function ``check`` with one parameter.
    """
    source = _with_candidate_named(source, entry_point)
    tests: list[TestCase] = []
    context: list[str] = []
    bound: set[str] = set()  # names that statements before this one may have given a value
    carried = 0  # how many statements of the context some test already begins with
    for statement in _find_check(ast.parse(source)).body:
        if functional := _as_functional_test(statement, source, entry_point, bound):
            tests.append(functional)
            continue
        bound |= _bound_names(statement)
        if _asserts(statement):
            tests.append(_assertion_test([*context, _text(source, statement, statement.col_offset)]))
            carried = len(context)
        else:
            context.append(_text(source, statement, statement.col_offset))
    if carried < len(context):
        tests.append(_assertion_test(context))
    return tests


def _assertion_test(statements: list[str]) -> TestCase:
    return TestCase("\n".join(statements), "", "assertion")


def _find_check(module: ast.Module) -> ast.FunctionDef:
    for statement in module.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "check" and len(statement.args.args) == 1:
            return statement
    raise ValueError("expected a function check(candidate), found none")


def _as_functional_test(statement: ast.stmt, source: str, entry_point: str, bound: set[str]) -> TestCase | None:
    """``assert f(args) == literal`` as a functional test; None for any other statement.

    A call whose arguments use a name of *bound* cannot stand alone, and is none either.
    """
    match statement:
        case ast.Assert(
            test=ast.Compare(left=ast.Call(func=ast.Name(id=name)) as call, ops=[ast.Eq()], comparators=[expected])
        ) if name == entry_point and _is_literal(expected) and not (_used_names(call) & bound):
            indent = statement.col_offset
            return TestCase(_text(source, call, indent), _text(source, expected, indent), "functional")
    return None


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except (ValueError, TypeError):
        return False
    return True


def _asserts(statement: ast.stmt) -> bool:
    """Whether running *statement* asserts something: a definition only does when something calls it."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return False
    return any(isinstance(node, ast.Assert) for node in ast.walk(statement))


def _used_names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _bound_names(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.alias(name=name, asname=asname):
                names.add(asname or name.partition(".")[0])
    return names


def _text(source: str, node: ast.stmt | ast.expr, indent: int) -> str:
    """The source text of *node* with *indent* columns taken from its further lines, if it still means the same."""
    first, *others = (ast.get_source_segment(source, node) or "").split("\n")
    if not others:
        return first
    text = "\n".join([first, *(line[indent:] if not line[:indent].strip() else line for line in others)])
    statement = node if isinstance(node, ast.stmt) else ast.Expr(node)
    return text if _means(text, ast.Module([statement], [])) else ast.unparse(node)


def _means(text: str, module: ast.Module) -> bool:
    try:
        return ast.dump(ast.parse(text)) == ast.dump(module)
    except SyntaxError:
        return False


def _with_candidate_named(source: str, entry_point: str) -> str:
    """*source* with the parameter of ``check`` called *entry_point* wherever its body uses it."""
    module = ast.parse(source)
    check = _find_check(module)
    parameter = check.args.args[0].arg
    lines = source.encode().splitlines(keepends=True)
    names = [node for node in ast.walk(check) if isinstance(node, ast.Name) and node.id == parameter]
    for name in sorted(names, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        line, start = lines[name.lineno - 1], name.col_offset  # columns are bytes of UTF-8
        lines[name.lineno - 1] = line[:start] + entry_point.encode() + line[start + len(parameter.encode()) :]
        name.id = entry_point
    renamed = b"".join(lines).decode(errors="replace")
    # Python 3.11 misplaces the names inside f-strings.
    return renamed if _means(renamed, module) else ast.unparse(module)
