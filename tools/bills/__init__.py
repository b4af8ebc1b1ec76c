"""Bills of a made company, Harbourline Freight, whose exact totals are known: see `company.make_bill`.

Two layers. Economic events are the truth: one row a line, money in whole units of 1e-10, with what a FinOps expert
would book by FOCUS 1.2. Writers then say the same events in each source's own form, quirks included. Nothing here uses
costopt's own normalisation, so that the one can be held against the other.
"""
