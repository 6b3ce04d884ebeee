// Forecasts for videos from a model folder: predict_example W/model VIDEO...
#include <foreview/predictor.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: predict_example MODEL_FOLDER VIDEO...\n");
    return 2;
  }
  try {
    foreview::Predictor predictor(argv[1]);
    for (int i = 2; i < argc; ++i) {
      const foreview::Forecast forecast = predictor.predict(argv[i]);
      std::printf("%s: %s %.0f (80 %% interval %.0f to %.0f; held-out verdict: %s)\n", forecast.video.c_str(),
                  forecast.target.c_str(), forecast.median, forecast.low, forecast.high, forecast.verdict.c_str());
    }
  } catch (const foreview::Error& error) {
    std::fprintf(stderr, "predict_example: %s\n", error.what());
    return 1;
  }
}
