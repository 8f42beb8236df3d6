# ccache, where it is installed, makes every build but the first one quick. Paths are taken relative
# to the tree, so that another clone of it finds the same results.
if(PROJECT_IS_TOP_LEVEL AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(HEARTWIRE_CCACHE ccache)
  if(HEARTWIRE_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}
                                    CCACHE_NOHASHDIR=1 ${HEARTWIRE_CCACHE})
  endif()
endif()
