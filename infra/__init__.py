"""The deployed system as code: `app` is the whole on one page, `config` says how environments differ."""
