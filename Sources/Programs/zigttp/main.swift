import ArgumentParser
import Glibc

// Synchronous on purpose: an async main costs a static program several milliseconds at start.
let arguments = Array(CommandLine.arguments.dropFirst())
if arguments == ["help", "exit-codes"] {
  do { try Console().answer(ExitStatus.table) } catch { exit(ExitStatus.failure.rawValue) }
  exit(ExitStatus.success.rawValue)
}
// A closed pipe is an error to report, not a reason to die without a word.
signal(SIGPIPE, SIG_IGN)
do {
  var command = try Zigttp.parseAsRoot(arguments)
  try command.run()
} catch let failure as CommandFailure {
  Console().fail(failure)
  exit(failure.status.rawValue)
} catch {
  guard let failure = CommandFailure(wording: error) else { Zigttp.exit(withError: error) }
  Console().fail(failure)
  exit(failure.status.rawValue)
}
