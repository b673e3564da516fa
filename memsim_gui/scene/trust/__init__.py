"""Whether what is shown is consistent: rules, and whose work a break is."""
