#include <cstdio>
#include <exception>

#include "cli/command.h"
#include "core/interrupt.h"
#include "core/memory.h"
#include "foreview/version.h"

namespace {

int report_error(const foreview::Error& error) {
  std::fprintf(stderr, "foreview: %s\n", error.what());
  return error.kind() == foreview::ErrorKind::usage ? 2 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  foreview::keep_freed_memory();
  CLI::App app{"foreview predicts how a short video will do before it is posted, and proves how far to trust it."};
  app.name("foreview");
  app.set_version_flag("--version", std::string("foreview ") + foreview::version());
  app.require_subcommand(1);
  app.footer("Start with: foreview sample videos --videos 200 --seed 1 && foreview run videos --work work");
  foreview::cli::add_run_command(app);
  foreview::cli::add_predict_command(app);
  foreview::cli::add_stage_commands(app);
  foreview::cli::add_cross_validate_command(app);
  foreview::cli::add_catalog_commands(app);
  foreview::cli::add_split_audit_command(app);
  foreview::cli::add_probe_embeddings_command(app);
  foreview::cli::add_transcribe_command(app);
  foreview::cli::add_collect_command(app);
  foreview::cli::add_sample_command(app);
  foreview::cli::add_probe_media_command(app);
  foreview::cli::add_model_command(app);
  foreview::cli::add_doctor_command(app);
  foreview::install_interrupt_handler();
  try {
    app.parse(argc, argv);
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const foreview::Error& error) {
    return report_error(error);
  } catch (const std::bad_alloc&) {
    std::fprintf(stderr, "foreview: out of memory; close other programs, or set threads = 1\n");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "foreview: unexpected: %s; please report this with log.jsonl of the workspace\n",
                 error.what());
  }
  return 1;
}
