//! Cut off: the network in the middle of a sync.
