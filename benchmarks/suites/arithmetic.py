"""Generated theorems of school arithmetic, as training data.

Lean's own library has few theorems of this kind.  Each family below generates true statements with
random numbers; they teach when `omega`, `decide`, a case split on residues or a bounded search is
the tactic to try.  Nothing is taken from a benchmark, and generated statements that are equal to
one of miniF2F up to names and notation are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from itertools import product
from math import gcd, lcm
from random import Random

from benchmarks.suites.minif2f_overlap import in_minif2f
from benchmarks.suites.types import Entry, Suite, digest
from lean_env.types import Theorem
from prover.runs.partition import hash_fraction

NAME = "arithmetic"
PER_FAMILY = 60
"""Statements that a family is asked for."""

TRAIN_END, VALID_END = 0.8, 0.9
"""Where on [0, 1) the splits end."""

Family = Callable[[Random], str | None]
"""Binders and claim of a theorem; None when chance gave nothing of use."""


def load() -> Suite:
    """Generate the suite, in a pseudo-random order: any prefix is a fair sample."""
    entries = sorted(_entries(), key=lambda entry: hash_fraction(f"order of {entry.id}"))
    return Suite(
        name=NAME,
        variant="made-up theorems of school arithmetic",
        digest=digest(entries),
        entries=tuple(entries),
    )


def _entries() -> Iterator[Entry]:
    seen: set[str] = set()
    for family in FAMILIES:
        group = family.__name__
        for number in range(PER_FAMILY):
            id = f"{group}_{number}"
            text = family(Random(id))
            statement = f"theorem {id} {text}"
            if text and text not in seen and not in_minif2f(statement):
                seen.add(text)
                theorem = Theorem(statement=statement, name=id)
                yield Entry(id=id, theorem=theorem, split=_split(text), group=group)


def _split(text: str) -> str:
    at = hash_fraction(text)
    return "train" if at < TRAIN_END else "valid" if at < VALID_END else "test"


def linear(rng: Random) -> str:
    """A linear equation in one unknown."""
    x, a, b = rng.randint(1, 40), rng.randint(2, 12), rng.randint(1, 50)
    kind = rng.choice(("Nat", "Int"))
    return f"(x : {kind}) (h : {a} * x + {b} = {a * x + b}) : x = {x}"


def system(rng: Random) -> str:
    """Two linear equations in two unknowns."""
    x, y = rng.randint(-20, 20), rng.randint(-20, 20)
    a, b, c, d = (rng.randint(1, 6) for _ in range(4))
    b += a * d == b * c
    goal = rng.choice((f"x = {x}", f"y = {y}", f"x = {x} ∧ y = {y}", f"x * y = {x * y}"))
    first, second = f"{a} * x + {b} * y = {a * x + b * y}", f"{c} * x - {d} * y = {c * x - d * y}"
    return f"(x y : Int) (h₁ : {first}) (h₂ : {second}) : {goal}"


def substitution(rng: Random) -> str:
    """A polynomial in two variables whose values are given."""
    x, y, a, b = (rng.randint(1, 9) for _ in range(4))
    value = (x + a) * (y + b) + x * x
    return (
        f"(x y : Int) (hx : x = {x}) (hy : y = x + {y - x}) : "
        f"(x + {a}) * (y + {b}) + x ^ 2 = {value}"
    )


def remainder(rng: Random) -> str:
    """The remainder of `k * n + c`, given the remainder of `n`."""
    d = rng.randint(2, 9)
    m, r, k, c = d * rng.randint(1, 5), rng.randint(0, 8), rng.randint(1, 9), rng.randint(0, 9)
    kind, r = rng.choice(("Nat", "Int")), r % m
    return f"(n : {kind}) (h : n % {m} = {r}) : ({k} * n + {c}) % {d} = {(k * r + c) % d}"


def cancellation(rng: Random) -> str | None:
    """A factor that is coprime to the modulus, cancelled; None if the two are not coprime."""
    m, k = rng.randint(5, 60), rng.randint(2, 12)
    if gcd(m, k) > 1:
        return None
    n = rng.randrange(m)
    bound = rng.random() < 0.5
    if bound:
        return f"(n : Nat) (h₀ : n < {m}) (h₁ : {k} * n % {m} = {k * n % m}) : n = {n}"
    return f"(n : Nat) (h : {k} * n % {m} = {k * n % m}) : n % {m} = {n}"


def numerals(rng: Random) -> str:
    """A closed term of numerals: a remainder, a difference, a gcd, a quotient, a multiple."""
    a, b, c, m = (rng.randint(3, 400) for _ in range(4))
    m = m % 40 + 2
    return rng.choice(
        (
            f": ({a} * {b} + {c}) % {m} = {(a * b + c) % m}",
            f": {a} * {b} - {c} = {max(a * b - c, 0)}",
            f": Nat.gcd {a} {b} = {gcd(a, b)}",
            f": Nat.lcm {a} {b} = {lcm(a, b)}",
            f": ({a} : Int) - {b} * {c} = {a - b * c}",
            f": {a * b} / {b} = {a}",
            f": {a} ∣ {a * b}",
        )
    )


def powers(rng: Random) -> str:
    """The remainder of a large power, or of a sum of two."""
    a, e, m = rng.randint(2, 30), rng.randint(3, 300), rng.randint(2, 30)
    b, f = rng.randint(2, 9), rng.randint(2, 20)
    if rng.random() < 0.5:
        return f": {a} ^ {e} % {m} = {pow(a, e, m)}"
    return f": ({a} ^ {e} + {b} ^ {f}) % {m} = {(a**e + b**f) % m}"


def polynomial_divisor(rng: Random) -> str | None:
    """The greatest common divisor of all values of a polynomial; None if it is 1."""
    p, q, a, b = rng.randint(2, 5), rng.randint(1, 2), rng.randint(1, 6), rng.randint(0, 6)
    d = reduce(gcd, (n**p + a * n**q + b for n in range(30)))
    text = f"n ^ {p} + {a} * n ^ {q} + {b}" if b else f"n ^ {p} + {a} * n ^ {q}"
    goal = f"{d} ∣ {text}" if rng.random() < 0.5 else f"({text}) % {d} = 0"
    return f"(n : {rng.choice(('Nat', 'Int'))}) : {goal}" if d > 1 else None


def power_divisor(rng: Random) -> str | None:
    """The greatest common divisor of all values of `b * a ^ n + c * n + d`; None if it is 1."""
    a, b, c, d = rng.randint(2, 12), rng.randint(1, 5), rng.randint(0, 5), rng.randint(1, 8)
    found = reduce(gcd, (b * a**n + c * n + d for n in range(30)))
    text = f"{b} * {a} ^ n + {c} * n + {d}" if c else f"{b} * {a} ^ n + {d}"
    return f"(n : Nat) : {found} ∣ {text}" if found > 1 else None


def never(rng: Random) -> str | None:
    """A number that divides `a ^ n + c` for no n; None if it does for one."""
    a, c, d = rng.randint(2, 9), rng.randint(1, 9), rng.randint(3, 13)
    if any((a**n + c) % d == 0 for n in range(2 * d)):
        return None
    return f"(n : Nat) : ¬{d} ∣ {a} ^ n + {c}"


def residues(rng: Random) -> str | None:
    """The residues that a power takes, or one that it does not; None if it takes all."""
    p, m, c = rng.randint(2, 4), rng.randint(3, 13), rng.choice((0, 0, 1, 2))
    found = sorted({(n**p + c) % m for n in range(m)})
    text = f"(a ^ {p} + {c}) % {m}" if c else f"a ^ {p} % {m}"
    kind = rng.choice(("Nat", "Int"))
    missing = [r for r in range(m) if r not in found]
    if missing and rng.random() < 0.5:
        return f"(a : {kind}) : {text} ≠ {rng.choice(missing)}"
    return f"(a : {kind}) : {' ∨ '.join(f'{text} = {r}' for r in found)}" if missing else None


def two_residues(rng: Random) -> str | None:
    """A residue that `x ^ p + y ^ q` does not take; None if it takes all."""
    m, p, q = rng.choice((3, 4, 5, 7, 8)), rng.randint(2, 3), rng.randint(2, 3)
    found = {(x**p + y**q) % m for x, y in product(range(m), repeat=2)}
    missing = [r for r in range(m) if r not in found]
    if not missing:
        return None
    r = rng.choice(missing)
    return f"(x y : Int) : x ^ {p} + y ^ {q} ≠ {m} * z + {r}".replace(" :", " z :", 1)


def digits(rng: Random) -> str:
    """The two digits of a number."""
    a, b = rng.randint(1, 9), rng.randint(0, 9)
    goal = rng.choice((f"a = {a}", f"a + b = {a + b}", f"a * b = {a * b}"))
    return f"(a b : Nat) (ha : 1 ≤ a ∧ a ≤ 9) (hb : b ≤ 9) (h : 10 * a + b = {10 * a + b}) : {goal}"


def bounded(rng: Random) -> str | None:
    """The only number in an interval with two given remainders; None if there are more or none."""
    low, high = rng.randint(0, 10), rng.randint(20, 80)
    m, k = rng.randint(2, 9), rng.randint(9, 14)
    r, s = rng.randrange(m), rng.randrange(k)
    found = [x for x in range(low, high) if x % m == r and x % k == s]
    if len(found) != 1:
        return None
    return (
        f"(x : Nat) (h₀ : {low} ≤ x) (h₁ : x < {high}) (h₂ : x % {m} = {r}) "
        f"(h₃ : x % {k} = {s}) : x = {found[0]}"
    )


def factors(rng: Random) -> str:
    """Two numbers from their sum and product."""
    x, y = rng.randint(2, 9), rng.randint(10, 25)
    kind = rng.choice(("Nat", "Int"))
    return (
        f"(x y : {kind}) (h₀ : 0 < x) (h₁ : x < y) (h₂ : x + y = {x + y}) "
        f"(h₃ : x * y = {x * y}) : x = {x}"
    )


def quadratic(rng: Random) -> str:
    """The roots of a quadratic equation."""
    a, b = rng.randint(-9, 9), rng.randint(-9, 9)
    if rng.random() < 0.5:
        return f"(x : Int) (h : (x - {a}) * (x - {b}) = 0) : x = {a} ∨ x = {b}".replace("- -", "+ ")
    n, c = rng.randint(2, 12), rng.randint(1, 9)
    return f"(n : Nat) (h₀ : 0 < n) (h : n ^ 2 + {c} * n = {n * n + c * n}) : n = {n}"


def function(rng: Random) -> str:
    """The value of a function, or of a composition, that is given by an equation."""
    a, b, c, x = (rng.randint(1, 9) for _ in range(4))
    if rng.random() < 0.5:
        return f"(f : Int → Int) (h : ∀ x, f x = {a} * x ^ 2 - {b}) : f {x} = {a * x * x - b}"
    value = a * (x + c) + b
    return (
        f"(f g : Nat → Nat) (hf : ∀ x, f x = {a} * x + {b}) (hg : ∀ x, g x = x + {c}) : "
        f"f (g {x}) = {value}"
    )


def recursion(rng: Random) -> str:
    """A closed form, or a value, of a sequence that is given by a recursion."""
    first, k, c, n = rng.randint(0, 5), rng.randint(1, 4), rng.randint(0, 5), rng.randint(3, 7)
    if rng.random() < 0.4:
        return (
            f"(u : Nat → Nat) (h₀ : u 0 = {first}) (h₁ : ∀ n, u (n + 1) = u n + {c}) (n : Nat) : "
            f"u n = {first} + {c} * n"
        )
    value = first
    for _ in range(n):
        value = k * value + c
    return (
        f"(u : Nat → Nat) (h₀ : u 0 = {first}) (h₁ : ∀ n, u (n + 1) = {k} * u n + {c}) : "
        f"u {n} = {value}"
    )


def squares(rng: Random) -> str:
    """An identity or inequality of squares over the integers."""
    a, b, k = rng.randint(1, 5), rng.randint(1, 5), rng.randint(1, 9)
    return rng.choice(
        (
            f"(x y : Int) : {2 * a * b} * (x * y) ≤ {a * a} * x ^ 2 + {b * b} * y ^ 2",
            f"(x : Int) : 0 ≤ x ^ 2 + {2 * k} * x + {k * k}",
            f"(x y : Int) : (x + {a} * y) ^ 2 = x ^ 2 + {2 * a} * x * y + {a * a} * y ^ 2",
            f"(x y : Int) : (x - {a}) * (y + {b}) = x * y + {b} * x - {a} * y - {a * b}",
            f"(x : Int) (h : x ^ 2 = {k * k}) : x = {k} ∨ x = -{k}",
            f"(x y : Int) (h : x + y = {k}) (h' : x * y = {a}) : x ^ 2 + y ^ 2 = {k * k - 2 * a}",
        )
    )


def growth(rng: Random) -> str | None:
    """An exponential that exceeds a linear function from some number on."""
    b, k, c = rng.randint(2, 6), rng.randint(1, 4), rng.randint(0, 6)
    start = next((m for m in range(9) if all(k * n + c < b**n for n in range(m, 30))), None)
    if start is None:
        return None
    return f"(n : Nat) (h : {start} ≤ n) : {k} * n + {c} < {b} ^ n"


def sums(rng: Random) -> str:
    """A closed form of partial sums."""
    k, c = rng.randint(1, 6), rng.randint(0, 6)
    return (
        f"(s : Nat → Nat) (h₀ : s 0 = 0) (h₁ : ∀ n, s (n + 1) = s n + {2 * k} * (n + 1) + {c}) "
        f"(n : Nat) : s n = {k} * n * (n + 1) + {c} * n"
    )


def inequality(rng: Random) -> str:
    """A linear inequality, or an equation from two of them."""
    a, b, c, d = (rng.randint(1, 9) for _ in range(4))
    kind = rng.choice(("Nat", "Int"))
    claim = f"{a} * x + {c} ≤ {a} * y + {c + d}"
    return rng.choice(
        (
            f"(x y : {kind}) (h : x ≤ y) : {claim}",
            f"(x y z : {kind}) (h₁ : x < y) (h₂ : y < z) : x + {1 + a % 2} ≤ z",
            f"(x y : {kind}) (h₁ : x + {b} ≤ y) (h₂ : y ≤ x + {b}) : {a} * y = {a} * x + {a * b}",
            f"(x y : {kind}) (h : {a} * x < {a} * y) : x < y",
            f"(x y : {kind}) : min x y + max x y = x + y",
        )
    )


def witnesses(rng: Random) -> str:
    """An existential statement, or one about divisibility, with a simple witness."""
    a, b, x, y = (rng.randint(1, 9) for _ in range(4))
    return rng.choice(
        (
            f": ∃ x y : Nat, {a} * x + {b} * y = {a * x + b * y} ∧ x = {x}",
            f"(n : Nat) (h : n % {a + 1} = {a}) : ∃ k, n = {a + 1} * k + {a}",
            f"(n : Nat) : ∃ m, n < {b} * m",
            f"(a b : Nat) (ha : {a} ∣ a) (hb : {a} ∣ b) : {a} ∣ {x} * a + {y} * b",
            f"(a b : Int) (h : ∃ k, a = b + {a} * k) : a % {a} = b % {a}",
        )
    )


Table = tuple[bool, ...]
"""The truth of a formula for each of p, q and r."""

ATOMS: dict[str, Table] = {
    name: tuple(row[i] for row in product((False, True), repeat=3)) for i, name in enumerate("pqr")
}
SIGNS: dict[str, Callable[[bool, bool], bool]] = {
    "∧": lambda a, b: a and b,
    "∨": lambda a, b: a or b,
    "→": lambda a, b: b or not a,
    "↔": lambda a, b: a == b,
}


def logic(rng: Random) -> str | None:
    """A propositional tautology in three variables; None if none was found in 30 tries."""

    def formula(depth: int) -> tuple[str, Table]:
        if depth == 0 or rng.random() < 0.2:
            name = rng.choice("pqr")
            if rng.random() < 0.3:
                return f"¬{name}", tuple(not a for a in ATOMS[name])
            return name, ATOMS[name]
        sign = rng.choice(tuple(SIGNS))
        (left, xs), (right, ys) = formula(depth - 1), formula(depth - 1)
        return f"({left} {sign} {right})", tuple(map(SIGNS[sign], xs, ys))

    for _ in range(30):
        text, table = formula(3)
        if all(table):
            return f"(p q r : Prop) : {text}"
    return None


FAMILIES: tuple[Family, ...] = (
    linear, system, substitution, remainder, cancellation, numerals, powers, polynomial_divisor,
    power_divisor, never, residues, two_residues, digits, bounded, factors, quadratic, function,
    recursion, squares, growth, sums, inequality, witnesses, logic,
)  # fmt: skip
