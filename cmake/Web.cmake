# weigh_web(target)
#
# Builds the dashboard (web/) and puts it into `target`: `web_assets()` of `web_assets.h` lists its files, each
# in gzip under its path and `.gz` (web/README.md says how they are served). With WEIGH_WEB=OFF the list
# is empty and no Node is needed. The build fetches nothing when web/node_modules is what the lock file says.
function(weigh_web target)
  if(NOT WEIGH_WEB)
    weigh_embed(${target} NAME web BASE ${CMAKE_SOURCE_DIR}/web)
    return()
  endif()
  find_program(WEIGH_NODE NAMES node nodejs)
  find_program(WEIGH_NPM npm)
  if(NOT WEIGH_NODE OR NOT WEIGH_NPM)
    message(FATAL_ERROR "The dashboard needs Node and npm (Debian: nodejs npm). Install them, or configure with -DWEIGH_WEB=OFF.")
  endif()

  set(web ${CMAKE_SOURCE_DIR}/web)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/web)
  set(installed ${web}/node_modules/.package-lock.json)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${web}/src/*)
  list(FILTER sources EXCLUDE REGEX "\\.test\\.ts$|/api/schema\\.ts")

  add_custom_command(
    OUTPUT ${installed}
    COMMAND ${WEIGH_NPM} ci --ignore-scripts --silent
    COMMAND ${CMAKE_COMMAND} -E touch ${installed}
    DEPENDS ${web}/package-lock.json
    WORKING_DIRECTORY ${web}
    COMMENT "Installing what the dashboard is built with"
    VERBATIM)
  # Names carry hashes of their content, so that the list is known only after the build.
  add_custom_command(
    OUTPUT ${out}/web_assets.S ${out}/web_assets.cpp
    COMMAND ${CMAKE_COMMAND} -E env WEIGH_WEB_OUT=${out}/dist ${WEIGH_NPM} run --silent build
    COMMAND ${WEIGH_NODE} scripts/embed.mjs ${out}/dist ${out}
    DEPENDS ${sources} ${installed} ${CMAKE_SOURCE_DIR}/api/openapi.yaml ${web}/index.html ${web}/vite.config.ts
            ${web}/tsconfig.json ${web}/scripts/types.mjs ${web}/scripts/compress.mjs ${web}/scripts/embed.mjs
    WORKING_DIRECTORY ${web}
    COMMENT "Building the dashboard"
    VERBATIM)
  file(CONFIGURE OUTPUT ${out}/web_assets.h CONTENT "#pragma once
#include <span>

#include \"base/embedded.h\"

namespace weighhouse {
std::span<const EmbeddedFile> web_assets();
}
" @ONLY)
  target_sources(${target} PRIVATE ${out}/web_assets.S ${out}/web_assets.cpp)
  target_include_directories(${target} PRIVATE ${out})
  if(WEIGH_TESTS)
    weigh_web_tests()
  endif()
endfunction()

# The dashboard's own tests; those in a browser run against the real program and are skipped without chromium.
function(weigh_web_tests)
  add_test(NAME web.unit COMMAND ${WEIGH_NPM} --silent test WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/web)
  set_tests_properties(web.unit PROPERTIES LABELS web TIMEOUT 300)
  add_test(NAME web.browser COMMAND ${WEIGH_NODE} ${CMAKE_SOURCE_DIR}/tests/browser/run.mjs ${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/weigh)
  set_tests_properties(web.browser PROPERTIES LABELS "web;browser" TIMEOUT 900 SKIP_RETURN_CODE 77)
endfunction()
