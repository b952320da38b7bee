"""The pages: each derivation beside the code that computes it.

    from nnmath.site.site import build
    build(Path("."), Path("results/site"))

Nothing is written twice: the text is that of ``derivations/``, the code that of the modules, the verdicts those of the
last ``make check``, the runs those under ``results/``. The pages need no network and no server.
"""
