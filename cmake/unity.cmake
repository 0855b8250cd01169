# Files compiled a few at a time: what they include is parsed, and the templates they share are instantiated, once a batch.
# Every file still compiles by itself: the presets for development and the sanitizers build without, which shows a missing include.
# No two files of a folder may then define the same name, not even where no other file sees it.
# With ccache it is off unless asked for: a changed file is compiled alone, and the rest comes from the cache.
option(PLIMSOLL_UNITY "compile several files at a time" ${plimsoll_precompiled_default})
set(plimsoll_batch_size 6)  # twice as many save a tenth more, and a developer waits twice as long for the batch of a changed file

function(plimsoll_unity target)
  if(NOT PLIMSOLL_UNITY)
    return()
  endif()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${plimsoll_batch_size})
  # GCC takes a .cpp file that another includes for a header, which may not keep names to itself.
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endfunction()
