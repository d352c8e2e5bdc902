"""OneCrown: the criminal courts' data of England and Wales as one trusted dataset."""

__version__ = "0.1.0"
