#pragma once
/// SIGINT, SIGTERM, SIGHUP and SIGUSR1 (Slurm's warning) ask for an end: the first one lets running batches finish and be sealed, the
/// second one ends the process at once; a sealed shard survives either.

namespace plimsoll {

/// From here on the four signals are taken. Thread rule: call once, from the main thread.
void take_stop_signals();
/// Has one arrived? Any thread.
bool stop_requested();

}  // namespace plimsoll
