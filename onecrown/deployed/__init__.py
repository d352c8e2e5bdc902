"""The system as it is deployed: settings in, a home on AWS and its destinations out."""
