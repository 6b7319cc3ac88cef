//! Black-box tests of the whole: the harness they share.
