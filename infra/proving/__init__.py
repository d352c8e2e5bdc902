"""What only an account can prove: deployed there, asked there, destroyed there."""
