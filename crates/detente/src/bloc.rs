//! Blocs: who stands together on a day, read from the signed network of standings.
