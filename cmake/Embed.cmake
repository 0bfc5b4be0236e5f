# weigh_embed(target NAME symbol FILES a b c)
#
# Puts files into the read-only data of `target` and generates `<symbol>_assets.h`, which declares
# `std::span<const weighhouse::EmbeddedFile> <symbol>_assets()`: name (path below BASE) and bytes.
function(weigh_embed target)
  cmake_parse_arguments(EMBED "" "NAME;BASE" "FILES" ${ARGN})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  set(assembly ".section .rodata\n")
  set(declarations "")
  set(rows "")
  set(index 0)
  foreach(file ${EMBED_FILES})
    file(RELATIVE_PATH name ${EMBED_BASE} ${file})
    set(symbol "weigh_${EMBED_NAME}_${index}")
    string(APPEND assembly ".global ${symbol}_begin\n.global ${symbol}_end\n.balign 16\n${symbol}_begin:\n.incbin \"${file}\"\n${symbol}_end:\n.byte 0\n")
    string(APPEND declarations "extern \"C\" const char ${symbol}_begin[], ${symbol}_end[];\n")
    string(APPEND rows "      {\"${name}\", {${symbol}_begin, static_cast<std::size_t>(${symbol}_end - ${symbol}_begin)}},\n")
    math(EXPR index "${index} + 1")
  endforeach()
  string(APPEND assembly ".section .note.GNU-stack,\"\",@progbits\n")
  file(CONFIGURE OUTPUT ${out}/${EMBED_NAME}_assets.S CONTENT "${assembly}" @ONLY)
  file(CONFIGURE OUTPUT ${out}/${EMBED_NAME}_assets.h CONTENT "#pragma once
#include \"base/embedded.h\"

namespace weighhouse {
std::span<const EmbeddedFile> ${EMBED_NAME}_assets();
}
" @ONLY)
  file(CONFIGURE OUTPUT ${out}/${EMBED_NAME}_assets.cpp CONTENT "#include \"${EMBED_NAME}_assets.h\"

#include <array>

${declarations}
namespace weighhouse {
std::span<const EmbeddedFile> ${EMBED_NAME}_assets() {
  static const std::array<EmbeddedFile, ${index}> files{{
${rows}  }};
  return files;
}
}  // namespace weighhouse
" @ONLY)
  set_property(SOURCE ${out}/${EMBED_NAME}_assets.S APPEND PROPERTY OBJECT_DEPENDS "${EMBED_FILES}")
  target_sources(${target} PRIVATE ${out}/${EMBED_NAME}_assets.S ${out}/${EMBED_NAME}_assets.cpp)
  target_include_directories(${target} PRIVATE ${out})
endfunction()
