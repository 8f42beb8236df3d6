#include "tests/conformance/case.hpp"

namespace heartwire::conformance {

const std::vector<CaseClass>& case_classes() {
  static const std::vector<CaseClass> classes = {
      {"framing", framing_cases},
      {"pings", ping_cases},
      {"reserved_bits", reserved_bit_cases},
      {"opcodes", opcode_cases},
      {"fragmentation", fragmentation_cases},
      {"utf8", utf8_cases},
      {"utf8_split", utf8_split_cases},
      {"closing", close_cases},
      {"limits", limit_cases},
      {"large", large_cases},
      {"deflate_parameters", deflate_parameter_cases},
      {"deflate_streams", deflate_stream_cases},
      {"deflate_frames", deflate_frame_cases},
      {"deflate_sizes", deflate_size_cases},
      {"deflate_limits", deflate_limit_cases},
  };
  return classes;
}

}  // namespace heartwire::conformance
