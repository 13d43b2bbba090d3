// SPDX-License-Identifier: MIT
#include "checker/command.hpp"
#include "checker/predict/predict.hpp"

namespace pincheck {

int run_predict(const Arguments& arguments) {
  const Model model = make_model();
  const Convention convention = chosen_conventions(arguments, model).front();
  std::vector<Prediction> all;
  for (const Case& one : find_cases(arguments.files, model.kinds))
    all.push_back(predict(one, convention, model));
  print(arguments.json ? predictions_json(all) : predictions_text(all));
  return kAsExpected;
}

}  // namespace pincheck
