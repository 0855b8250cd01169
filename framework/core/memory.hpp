#pragma once
/// How the program treats memory that it has freed.

namespace plimsoll {

/// Batch after batch takes and frees about the same. What is freed stays with the process for the next one: to give it back and be given it
/// again, a page at a time, took a tenth of the CPU time of 64 runs. So that not every thread keeps some of its own, those that write share
/// the heaps of those that simulate: there are no more than processors. Call once, before the first batch.
void keep_freed_memory();

}  // namespace plimsoll
