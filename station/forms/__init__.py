"""Records made into printable documents: the review form, the pledge and the consent page."""
