"""Facts: what happened, as tables. The contract, its reader, its checks and its writer."""
