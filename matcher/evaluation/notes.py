"""How to read the matcher's figures: what they show and what they cannot."""

from matcher.scoring import MEASURED_FMR

READING = f"""\
### Reading the matcher's figures

- Every set is taken as 500 ppi, as the peers' figures beside which these stand were (FVC2002_DB2_B
  is really 569). All fingers of these sets together are few: ten a set, 51 in the last. With ten
  fingers one point of FNMR is three pairs; read means rather than single sets, and intervals
  before either.
- The training data of the network are not known to us and may overlap with FVC. The CrossMatch set
  is therefore the fairer one, and the easier one.
- On FVC2004_DB2_B one finger (106) has impressions with hardly any area in common, and one soaked
  wet: some of its mated pairs cannot be matched by anybody. The answer to those is quality at
  capture and four impressions, not a lower threshold.
- Non-mated pairs resolve a false match rate of {MEASURED_FMR:g} at best (rule of 3), if pairs were
  independent. Everything beyond, the gate's thresholds among it, is extrapolated and marked so.
- The pool at the gate leans on the CrossMatch set, which has 204 of the 484 presses and most of the
  strangers' presses.
- The form of the score was chosen on these very sets; held-out figures leave out a set when its
  constants are fitted, not when the form was chosen.
- Synthetic fingers of `drivers/simulated` prove plumbing; no figure here is of them.
- The peers were measured on another day and partly on another machine: their error rates compare,
  their times do not stand here.
- Extraction is the network's arithmetic: single-precision products and convolutions take nearly
  all of it; what could be computed less is no longer computed (decision 7). Where it stays above
  its bar, a faster processor helps or another network; eight-bit products move minutiae.
"""
