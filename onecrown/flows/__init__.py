"""What happens: drops are delivered, received, merged; people act on them."""
