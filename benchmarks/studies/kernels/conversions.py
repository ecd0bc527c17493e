"""Pairs of terms that are equal by definition, made rule by rule.

Each rule of `Conversions` makes two terms of one type that a kernel must find equal: by beta, eta,
iota, delta, zeta, projections, eta of structures, proof irrelevance, K,
quotients, and arithmetic on literals.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any, TypeAlias

from benchmarks.studies.kernels.environments import (
    Declaration,
    Term,
    app,
    arrow,
    const,
    definition,
    fresh,
    inductive,
    instantiate,
    lam,
    let,
    opaque,
    pi,
    replace,
    sort,
    theorem,
)

Simple: TypeAlias = tuple[Any, ...]
"""A type: `("nat",)`, `("bool",)`, `("unit",)`, `("string",)`, `("list", a)`, `("pair", a, b)`,
`("function", a, b)`, or one of the case's own structures, `("own", name)`."""

Pair: TypeAlias = tuple[Term, Term]

NAT, BOOL, UNIT, STRING = ("nat",), ("bool",), ("unit",), ("string",)
PROOF = ("proof",)
"""A proof of `True`; only functions and variables have this type."""

_CONSTANTS = {"proof": "True", "nat": "Nat", "bool": "Bool", "string": "String"}
_OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "Nat.add": lambda a, b: a + b,
    "Nat.mul": lambda a, b: a * b,
    "Nat.sub": lambda a, b: max(a - b, 0),
    "Nat.div": lambda a, b: a // b if b else 0,
    "Nat.mod": lambda a, b: a % b if b else a,
    "Nat.land": lambda a, b: a & b,
    "Nat.lor": lambda a, b: a | b,
    "Nat.xor": lambda a, b: a ^ b,
    "Nat.pow": lambda a, b: a ** (b % 9),
    "Nat.shiftLeft": lambda a, b: a << (b % 70),
    "Nat.shiftRight": lambda a, b: a >> (b % 70),
}


def typed(simple: Simple) -> Term:
    """The type as a term."""
    match simple:
        case ("unit",):
            return const("PUnit", 1)
        case ("list", a):
            return app(const("List", 0), typed(a))
        case ("pair", a, b):
            return app(const("Prod", 0, 0), typed(a), typed(b))
        case ("function", a, b):
            return arrow(typed(a), typed(b))
        case ("own", name):
            return const(str(name))
    return const(_CONSTANTS[str(simple[0])])


def function(a: Simple, b: Simple) -> Simple:
    """The type of functions from `a` to `b`."""
    return ("function", a, b)


def equation(simple: Simple, a: Term, b: Term) -> Term:
    """`a = b`."""
    return app(const("Eq", 1), typed(simple), a, b)


def reflexivity(simple: Simple, a: Term) -> Term:
    """The proof of `a = a`."""
    return app(const("Eq.refl", 1), typed(simple), a)


class Conversions:
    """Makes pairs in a context of variables, over definitions that it adds as it goes."""

    def __init__(self, rng: Random) -> None:
        """Start with a context that is empty, and perhaps a structure of its own."""
        self.rng = rng
        self.declarations: list[Declaration] = []
        self.context: list[tuple[Term, Simple]] = []
        self._structures: dict[str, list[Simple]] = {}
        self._big = rng.random() < 0.3  # big numbers, and then no recursion on them
        for _ in range(rng.choice((0, 0, 1, 2))):
            self._structure()

    def case(self) -> list[Declaration]:
        """Declarations, the last of which is a theorem or definition that rests on a conversion."""
        for _ in range(self.rng.randint(0, 3)):
            simple = PROOF if self.rng.random() < 0.1 else self.simple(2)
            self.context.append((fresh(), simple))
        binders = [(variable, typed(simple)) for variable, simple in self.context]
        simple = self.simple(2)
        a, b = self.pair(simple, self.rng.randint(2, 5))
        if self.rng.random() < 0.15:
            b, _ = self.pair(simple, 2)
        type_, value = self._claim(simple, a, b)
        made = theorem("q.t", pi(binders, type_), lam(binders, value))
        return [*self.declarations, made]

    def _claim(self, simple: Simple, a: Term, b: Term) -> Pair:
        if self.rng.random() < 0.6:
            return equation(simple, a, b), reflexivity(simple, self.rng.choice((a, b)))
        predicate, proof = fresh(), fresh()
        given = [(predicate, arrow(typed(simple), sort(0))), (proof, app(predicate, a))]
        return pi(given, app(predicate, b)), lam(given, proof)

    def simple(self, depth: int) -> Simple:
        """A random type."""
        leaves = [NAT, NAT, NAT, BOOL, UNIT, STRING, *(("own", name) for name in self._structures)]
        if depth == 0 or self.rng.random() < 0.5:
            return self.rng.choice(leaves)
        kind = self.rng.choice(("list", "pair", "function"))
        first = self.simple(depth - 1)
        return (kind, first) if kind == "list" else (kind, first, self.simple(depth - 1))

    def pair(self, simple: Simple, fuel: int) -> Pair:
        """Two terms of a type that are equal by definition."""
        if fuel <= 0 or self.rng.random() < 0.1:
            return self._leaf(simple)
        rules: list[Callable[[Simple, int], Pair]] = [
            self._beta,
            self._zeta,
            self._delta,
            self._projection,
            self._pair_projection,
            self._fold,
            self._cases,
            self._k,
            self._quotient,
            self._call,
            self._irrelevance,
            self._polymorphic,
        ]
        if not self._big:
            rules += [self._recursion, self._iota]
        by_type: dict[str, list[Callable[[Simple, int], Pair]]] = {
            "nat": [self._arithmetic, self._arithmetic, self._literal, self._successor],
            "bool": [self._test],
            "unit": [self._any],
            "string": [self._characters],
            "pair": [self._surjective],
            "own": [self._surjective],
            "function": [self._eta],
        }
        structural: list[Callable[[Simple, int], Pair]] = [self._constructed]
        specific = by_type.get(str(simple[0]), [])
        rule = self.rng.choice([*rules, *structural * 4, *specific * 3])
        a, b = rule(simple, fuel - 1)
        return (a, b) if self.rng.random() < 0.5 else (b, a)

    # What a type is made of

    def _leaf(self, simple: Simple) -> Pair:
        known = [variable for variable, its in self.context if its == simple]
        if known and self.rng.random() < 0.8:
            variable = self.rng.choice(known)
            return variable, variable
        return self._constructed(simple, 0)

    def _constructed(self, simple: Simple, fuel: int) -> Pair:
        match simple:
            case ("nat",):
                return self._literal(simple, fuel)
            case ("bool",):
                value = const(self.rng.choice(("Bool.true", "Bool.false")))
                return value, value
            case ("unit",):
                return const("PUnit.unit", 1), const("PUnit.unit", 1)
            case ("proof",):
                return const("True.intro"), const("True.intro")
            case ("string",):
                text = ("str", self.rng.choice(("", "a", "λ", "ab𝔸")))
                return text, text
            case ("list", element):
                return self._list(element, fuel)
            case ("function", domain, codomain):
                return self._function(domain, codomain, fuel)
        maker, fields, _ = self._fields(simple)
        return _both(maker, *(self.pair(field, fuel - 1) for field in fields))

    def _list(self, element: Simple, fuel: int) -> Pair:
        nil = app(const("List.nil", 0), typed(element))
        if fuel <= 0 or self.rng.random() < 0.3:
            return nil, nil
        cons = app(const("List.cons", 0), typed(element))
        return _both(cons, self.pair(element, fuel - 1), self.pair(("list", element), fuel - 1))

    def _function(self, domain: Simple, codomain: Simple, fuel: int) -> Pair:
        variable = fresh()
        self.context.append((variable, domain))
        a, b = self.pair(codomain, fuel - 1)
        self.context.pop()
        binder = [(variable, typed(domain))]
        return lam(binder, a), lam(binder, b)

    def _fields(self, simple: Simple) -> tuple[Term, list[Simple], list[Callable[[Term], Term]]]:
        """Constructor, fields and projections of a structure."""
        if simple[0] == "pair":
            _, a, b = simple
            name, maker = "Prod", app(const("Prod.mk", 0, 0), typed(a), typed(b))
            fields = [a, b]
        else:
            name = str(simple[1])
            maker, fields = const(f"{name}.mk"), self._structures[name]
        projections: list[Callable[[Term], Term]] = [
            partial(_projected, name, i) for i in range(len(fields))
        ]
        return maker, fields, projections

    def _structure(self) -> None:
        name = f"q.S{len(self._structures)}"
        fields = [self.simple(1) for _ in range(self.rng.randint(0, 3))]
        ctor = arrow(*map(typed, fields), const(name))
        block = inductive([(name, sort(1), [(f"{name}.mk", ctor)])], 0)
        self._structures[name] = fields
        self.declarations.append(block)

    # Numbers and texts

    def _literal(self, _simple: Simple, _fuel: int) -> Pair:
        n = self.rng.choice((0, 1, 2, 3, 5))
        unary: Term = const("Nat.zero")
        for _ in range(n):
            unary = app(const("Nat.succ"), unary)
        literal = ("nat", n)
        return self.rng.choice(((literal, literal), (literal, unary), (unary, unary)))

    def _successor(self, _simple: Simple, fuel: int) -> Pair:
        a, b = self.pair(NAT, fuel)
        return app(const("Nat.succ"), a), app(const("Nat.add"), b, ("nat", 1))

    def _arithmetic(self, _simple: Simple, fuel: int) -> Pair:
        name = self.rng.choice(sorted(_OPERATIONS))
        if self.rng.random() < 0.4:
            return _both(const(name), self.pair(NAT, fuel - 1), ((("nat", 2)), ("nat", 2)))
        a = self.rng.choice((0, 1, 7, 12))
        b = self.rng.choice((0, 1, 3, 8))
        if self._big:
            a = self.rng.choice((a, 2**32 - 1, 2**64, self.rng.getrandbits(90)))
            b = self.rng.choice((b, 2**31, self.rng.getrandbits(70)))
        if name == "Nat.pow":
            b %= 9
        if name.startswith("Nat.shift"):
            b %= 70
        result = _OPERATIONS[name](a, b)
        return app(const(name), ("nat", a), ("nat", b)), ("nat", result)

    def _test(self, _simple: Simple, _fuel: int) -> Pair:
        numbers = (0, 1, 5, 2**70) if self._big else (0, 1, 5)
        a, b = self.rng.choice(numbers), self.rng.choice(numbers)
        name, true = self.rng.choice((("Nat.beq", a == b), ("Nat.ble", a <= b)))
        result = const("Bool.true" if true else "Bool.false")
        return app(const(name), ("nat", a), ("nat", b)), result

    def _characters(self, _simple: Simple, _fuel: int) -> Pair:
        text = self.rng.choice(("", "a", "é𝔸", "qed"))
        char = const("Char")
        spelled = app(const("List.nil", 0), char)
        for one in reversed(text):
            letter = app(const("Char.ofNat"), ("nat", ord(one)))
            spelled = app(const("List.cons", 0), char, letter, spelled)
        return ("str", text), app(const("String.ofList"), spelled)

    def _any(self, _simple: Simple, fuel: int) -> Pair:
        """Two terms of a type with one element."""
        return self.pair(UNIT, fuel)[0], self.pair(UNIT, fuel)[1]

    # Conversions at any type

    def _beta(self, simple: Simple, fuel: int) -> Pair:
        domain = self.simple(1)
        f, g = self._function(domain, simple, fuel)
        a, b = self.pair(domain, fuel - 1)
        return app(f, a), _apply(g, b)

    def _zeta(self, simple: Simple, fuel: int) -> Pair:
        domain, variable = self.simple(1), fresh()
        a, b = self.pair(domain, fuel - 1)
        self.context.append((variable, domain))
        one, other = self.pair(simple, fuel - 1)
        self.context.pop()
        return let(variable, typed(domain), a, one), replace(other, variable, b)

    def _delta(self, simple: Simple, fuel: int) -> Pair:
        context, self.context = self.context, []
        a, b = self.pair(simple, fuel)
        self.context = context
        name = f"q.d{len(self.declarations)}"
        hint = self.rng.choice((0, 1, 2, 3, 5))
        self.declarations.append(definition(name, typed(simple), a, hint=hint))
        return const(name), b

    def _call(self, simple: Simple, fuel: int) -> Pair:
        """A function that is known, or a constant that is not unfolded, at equal arguments."""
        known = [
            (v, its[1]) for v, its in self.context if its[0] == "function" and its[2] == simple
        ]
        if known and self.rng.random() < 0.7:
            variable, domain = self.rng.choice(known)
            return _both(variable, self.pair(domain, fuel))
        domain = self.simple(1)
        context, self.context = self.context, []
        value, _ = self.pair(function(domain, simple), fuel)
        self.context = context
        name = f"q.c{len(self.declarations)}"
        self.declarations.append(opaque(name, typed(function(domain, simple)), value))
        return _both(const(name), self.pair(domain, fuel))

    def _irrelevance(self, simple: Simple, fuel: int) -> Pair:
        """A function of a proof, at two proofs."""
        f, g = self.pair(function(PROOF, simple), fuel)
        claim = const("True")
        proof, given = fresh(), [(fresh(), typed(NAT))]
        redex = app(lam([(proof, claim)], proof), const("True.intro"))
        proofs = [redex, const("trivial"), app(lam(given, const("True.intro")), ("nat", 1))]
        proofs += [variable for variable, its in self.context if its == PROOF]
        return app(f, self.rng.choice(proofs)), app(g, self.rng.choice(proofs))

    def _projection(self, simple: Simple, fuel: int) -> Pair:
        other = self.simple(1)
        first = self.rng.random() < 0.5
        whole: Simple = ("pair", simple, other) if first else ("pair", other, simple)
        maker, _, projections = self._fields(whole)
        a, b = self.pair(simple, fuel)
        beside = self.pair(other, fuel - 1)[0]
        made = app(maker, *((a, beside) if first else (beside, a)))
        return projections[0 if first else 1](made), b

    def _pair_projection(self, simple: Simple, fuel: int) -> Pair:
        """The projection function against the primitive projection."""
        other = self.simple(1)
        a, b = self.pair(("pair", simple, other), fuel)
        fst = app(const("Prod.fst", 0, 0), typed(simple), typed(other))
        return app(fst, a), ("proj", "Prod", 0, b)

    def _surjective(self, simple: Simple, fuel: int) -> Pair:
        a, b = self.pair(simple, fuel)
        maker, _, projections = self._fields(simple)
        return app(maker, *(projection(a) for projection in projections)), b

    def _eta(self, simple: Simple, fuel: int) -> Pair:
        a, b = self.pair(simple, fuel)
        variable = fresh()
        domain = simple[1]
        assert isinstance(domain, tuple)
        return lam([(variable, typed(domain))], app(a, variable)), b

    def _recursor(self, simple: Simple, fuel: int) -> tuple[Term, Term]:
        """`Nat.rec` with its minor premises, twice."""
        motive = lam([(fresh(), typed(NAT))], typed(simple))
        start = self.pair(simple, fuel - 1)
        step = self.pair(function(NAT, function(simple, simple)), fuel - 1)
        return _both(app(const("Nat.rec", 1), motive), start, step)

    def _recursion(self, simple: Simple, fuel: int) -> Pair:
        one, other = self._recursor(simple, fuel)
        a, b = self.pair(NAT, min(fuel - 1, 1))
        return app(one, a), app(other, b)

    def _iota(self, simple: Simple, fuel: int) -> Pair:
        one, other = self._recursor(simple, fuel)
        start, step = other[1][2], other[2]
        if self.rng.random() < 0.4:
            zero = self.rng.choice((const("Nat.zero"), ("nat", 0)))
            return app(one, zero), start
        a, b = self.pair(NAT, fuel - 1)
        return app(one, app(const("Nat.succ"), a)), app(step, b, app(other, b))

    def _fold(self, simple: Simple, fuel: int) -> Pair:
        """`List.rec` at `cons`."""
        element = self.simple(0)
        list_: Simple = ("list", element)
        motive = lam([(fresh(), typed(list_))], typed(simple))
        head = app(const("List.rec", 1, 0), typed(element), motive)
        start = self.pair(simple, fuel - 2)
        step = self.pair(function(element, function(list_, function(simple, simple))), fuel - 2)
        one, other = _both(head, start, step)
        x, y = self.pair(element, fuel - 2)
        xs, ys = self.pair(list_, fuel - 2)
        cons = app(const("List.cons", 0), typed(element), x, xs)
        return app(one, cons), app(other[2], y, ys, app(other, ys))

    def _cases(self, simple: Simple, fuel: int) -> Pair:
        """`Bool.rec`, or the recursor of an own structure at its constructor."""
        if self._structures and self.rng.random() < 0.6:
            name, fields = self.rng.choice(list(self._structures.items()))
            step_type = simple
            for field in reversed(fields):
                step_type = function(field, step_type)
            motive = lam([(fresh(), const(name))], typed(simple))
            f, g = self.pair(step_type, fuel - 1)
            values = [self.pair(field, fuel - 2) for field in fields]
            made, _ = _both(const(f"{name}.mk"), *values)
            rec = app(const(f"{name}.rec", 1), motive, f, made)
            return rec, app(g, *(value for _, value in values))
        motive = lam([(fresh(), typed(BOOL))], typed(simple))
        a, b = self.pair(simple, fuel - 1)
        other = self.pair(simple, fuel - 2)[0]
        rec = app(const("Bool.rec", 1), motive)
        if self.rng.random() < 0.5:
            return app(rec, a, other, const("Bool.false")), b
        return app(rec, other, a, const("Bool.true")), b

    def _k(self, simple: Simple, fuel: int) -> Pair:
        """`Eq.rec` at any proof of `x = x`, and two such proofs."""
        domain = self.simple(1)
        x, y = self.pair(domain, fuel - 2)
        a, b = self.pair(simple, fuel - 1)
        other, given, proof = fresh(), fresh(), fresh()
        motive = lam([(other, typed(domain)), (given, equation(domain, x, other))], typed(simple))
        rec = app(const("Eq.rec", 1, 1), typed(domain), x, motive, a, y)
        claim = equation(domain, x, y)
        rest = lam([(proof, claim)], app(rec, proof))
        return app(rest, reflexivity(domain, y)), b

    def _quotient(self, simple: Simple, fuel: int) -> Pair:
        """`Quot.lift` of a function that ignores its argument, at `Quot.mk`."""
        domain, x, y, given = self.simple(1), fresh(), fresh(), fresh()
        relation = lam([(x, typed(domain)), (y, typed(domain))], const("True"))
        a, b = self.pair(simple, fuel - 1)
        f = lam([(x, typed(domain))], a)
        sound = lam(
            [(x, typed(domain)), (y, typed(domain)), (given, const("True"))], reflexivity(simple, a)
        )
        made = app(const("Quot.mk", 1), typed(domain), relation, self.pair(domain, fuel - 2)[0])
        lift = app(const("Quot.lift", 1, 1), typed(domain), relation, typed(simple), f, sound)
        return app(lift, made), b

    def _polymorphic(self, simple: Simple, fuel: int) -> Pair:
        """A definition at universe levels."""
        type_, x = fresh(), fresh()
        binders = [(type_, sort("u")), (x, type_)]
        name = f"q.p{len(self.declarations)}"
        self.declarations.append(
            definition(
                name, pi(binders, type_), lam(binders, x), ("u",), self.rng.choice((0, 1, 4))
            )
        )
        a, b = self.pair(simple, fuel)
        level = self.rng.choice((1, ("max", 1, 0), ("imax", 3, 1), ("succ", 0)))
        return app(const(name, level), typed(simple), a), b


def _projected(structure: str, index: int, term: Term) -> Term:
    return ("proj", structure, index, term)


def _both(head: Term, *arguments: Pair) -> Pair:
    return app(head, *(a for a, _ in arguments)), app(head, *(b for _, b in arguments))


def _apply(function: Term, argument: Term) -> Term:
    """The body of a function at an argument, without a redex where it is a lambda."""
    if function[0] != "lam":
        return app(function, argument)
    return instantiate(function[2], argument)


def case(rng: Random) -> list[Declaration]:
    """Definitions, structures and a theorem that rests on a conversion."""
    return Conversions(rng).case()
