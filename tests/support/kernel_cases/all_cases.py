"""Environments that a kernel must accept, and others that it must refuse.

Numbers of upstream's issues and pull requests stand where a case is of the kind that one reported.
"""

from __future__ import annotations

import tests.support.kernel_cases.bad.declarations as bad_declarations
import tests.support.kernel_cases.bad.generated as bad_generated
import tests.support.kernel_cases.bad.inductive as bad_inductive
import tests.support.kernel_cases.bad.literals as bad_literals
import tests.support.kernel_cases.bad.terms as bad_terms
import tests.support.kernel_cases.good.format as good_format
import tests.support.kernel_cases.good.inductive as good_inductive
import tests.support.kernel_cases.good.structures as good_structures
import tests.support.kernel_cases.good.terms as good_terms

GOOD = {
    **good_terms.CASES,
    **good_inductive.CASES,
    **good_structures.CASES,
    **good_format.CASES,
}
BAD = {
    **bad_declarations.CASES,
    **bad_terms.CASES,
    **bad_inductive.CASES,
    **bad_generated.CASES,
    **bad_literals.CASES,
}
