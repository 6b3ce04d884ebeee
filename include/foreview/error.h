#pragma once

#include <stdexcept>
#include <string>

namespace foreview {

/// Why an operation ended; decides the exit status of the program.
enum class ErrorKind {
  failed,       ///< input or environment made it impossible: exit status 1
  usage,        ///< the call itself was wrong (unknown option, missing folder): exit status 2
  interrupted,  ///< the user asked to stop; what was finished is kept: exit status 1
};

/// What a message is made of. Empty parts are left out.
struct ErrorParts {
  std::string file = {};      ///< the file or folder it is about
  std::string problem = {};   ///< what is wrong, in the user's words
  std::string expected = {};  ///< what was expected there
  std::string got = {};       ///< what was found instead
  std::string advice = {};    ///< what to do about it
};

/// The one exception type that crosses a folder's edge. what() is one line:
/// "FILE: PROBLEM (expected X, got Y); ADVICE".
class Error : public std::runtime_error {
 public:
  explicit Error(ErrorParts parts, ErrorKind kind = ErrorKind::failed);

  const ErrorParts& parts() const { return parts_; }
  ErrorKind kind() const { return kind_; }

 private:
  ErrorParts parts_;
  ErrorKind kind_;
};

}  // namespace foreview
