# Fails if an object of a pure layer imports what pure code may not use: cmake -P, after each link.
#
#   NM       the nm to use
#   ARCHIVE  the static library to look at
#   RULE     strict: an import must be on the list of what pure code needs; nothing else passes,
#            however harmless it looks. forbidden: for objects around third-party parsers, whose
#            imports are too many to list; only what is certainly impure is refused.
#
# A refused archive is removed, so that the next build asks again. It is a CMake script because
# whoever builds heartwire has CMake and nm, and needs nothing else for this check.

# What needs no clock, no chance and no world. Each line matches from the start of a name.
set(allowed
    # Our own pure layers.
    "heartwire::(base|ws|core|endpoint|hub|sim|judge)::"
    "(vtable|typeinfo) for heartwire::(base|ws|core|endpoint|hub|sim|judge)::"
    # Memory and text.
    "operator (new|delete)"
    "std::nothrow$"
    "(mem(cpy|move|set|cmp|chr)|bcmp|str(len|n?cmp|chr))$"
    "__mem(cpy|move|set)_chk$"
    "inet_pton$"
    "std::(to|from)_chars"
    # Arithmetic.
    "(pow|exp|exp2|expm1|log|log2|log10|log1p|sqrt|cbrt|sin|cos|tanh|fmod|hypot|ldexp)[fl]?$"
    "(floor|ceil|trunc|nextafter|l?l?round|l?l?rint|nearbyint)[fl]?$"
    "__(u?(div|mod)(di|ti)3|multi3|popcountdi2|(fix|float)[a-z]+)$"
    # Containers and strings, and how they stop the program when misused.
    "std::(__cxx11::)?basic_string"
    "std::(allocator<|exception::)"
    "std::(_Hash_bytes|_Rb_tree_|__detail::_Prime_rehash_policy|__detail::_List_node_base)"
    "std::(__throw_|__glibcxx_assert_fail|terminate)"
    # zlib, which works on the bytes and with the memory that it is given.
    "(de|in)flate[A-Za-z0-9]*_?$"
    # Shared pointers, whose counts ask whether there are threads at all.
    "std::_Sp_make_shared_tag"
    "__libc_single_threaded$"
    "(abort|__cxa_pure_virtual)$"
    # Printing to a stream that the caller brings, as tests and transcripts do.
    "std::((basic_)?ostream|basic_ios<)"
    # What the compiler adds by itself.
    "vtable for __cxxabiv1::"
    "(__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|__gxx_personality_v0|_Unwind_Resume)$"
    # The instruments of the sanitizers, of coverage and of the fuzzer.
    "__(asan|ubsan|tsan|lsan|sanitizer|sancov|gcov|llvm)_"
    "__(start|stop)___sanc")

# What is certainly impure, whoever imports it.
set(forbidden
    "(clock_gettime|clock|time|gettimeofday|timespec_get|localtime|gmtime|mktime)(_r)?$"
    "std::chrono::.*::now()"
    "std::(random_device|this_thread|thread|mutex|condition_variable)"
    "(s?rand|s?random|drand48|getrandom|getentropy|arc4random|RAND_[a-z_]+)$"
    "(open|openat|fopen|freopen|p?read|p?write|close|ioctl|fcntl|mmap|stat|unlink)(64)?$"
    "(socket|connect|bind|listen|accept4?|send(to|msg)?|recv(from|msg)?|poll|select)$"
    "(epoll_[a-z0-9]+|eventfd|timerfd_[a-z]+|getaddrinfo|gethostbyname)$"
    "(fork|execve?|system|popen|pthread_create|pthread_join|nanosleep|u?sleep)$"
    "(puts|putchar|perror|syslog|getenv|setlocale|f?write|fput[cs]|v?f?printf)$"
    "__(v?f?printf)_chk$"
    "std(out|err|in)$"
    "std::(cout|cerr|clog|cin|basic_[io]?fstream)")

# The one output of the pure layers: the last words of HW_CHECK.
set(last_words "^check\\.cpp\\.o:(fprintf|__fprintf_chk|fwrite|stderr)$")

function(matches_any name patterns result)
  set(${result} FALSE PARENT_SCOPE)
  foreach(pattern IN LISTS ${patterns})
    if(name MATCHES "^${pattern}")
      set(${result} TRUE PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

function(complain_about object type name)
  set(complaint "" PARENT_SCOPE)
  if(type MATCHES "[Uwv]" AND NOT "${object}:${name}" MATCHES "${last_words}")
    matches_any("${name}" forbidden is_forbidden)
    matches_any("${name}" allowed is_allowed)
    if(is_forbidden OR (RULE STREQUAL strict AND NOT is_allowed))
      set(complaint "\n  ${object} imports ${name}" PARENT_SCOPE)
    endif()
  elseif(RULE STREQUAL strict AND type MATCHES "[Bb]" AND NOT name MATCHES "^_*(odr_)?[at]san")
    set(complaint "\n  ${object} keeps the global variable ${name}" PARENT_SCOPE)
  endif()
endfunction()

execute_process(COMMAND ${NM} -A -C ${ARCHIVE} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "[][;]" "." symbols "${symbols}")  # these would break a CMake list
string(REPLACE "\n" ";" symbols "${symbols}")

set(complaints "")
foreach(line IN LISTS symbols)
  # archive:object:[address] type name[@version]
  if(line MATCHES ":([^:/ ]+):[0-9a-f ]* ([BbUwv]) ([^@]*)")
    complain_about("${CMAKE_MATCH_1}" "${CMAKE_MATCH_2}" "${CMAKE_MATCH_3}")
    string(APPEND complaints "${complaint}")
  endif()
endforeach()

if(complaints)
  file(REMOVE ${ARCHIVE})
  message(
    FATAL_ERROR "${ARCHIVE} is not pure:${complaints}\n"
                "A pure layer is given its time, its randomness and its bytes as arguments, and "
                "reports by return value. If an import is harmless, list it in cmake/purity.cmake.")
endif()
