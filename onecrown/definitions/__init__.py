"""The model as typed, checked values: entities, code lists, contracts and mappings."""
