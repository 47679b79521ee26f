//! Precision, recall and F1 by threshold on labelled pairs, under a throw-away key.
