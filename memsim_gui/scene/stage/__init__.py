"""The stage: lists, tokens, flows, gauge and cards of a machine's nodes, as arrays to be painted."""
