import ArgumentParser
import Files
import Glibc

// Synchronous on purpose: an async main costs a static program several milliseconds at start.
// A closed pipe and a file-size limit are errors to report, not reasons to die without a word.
signal(SIGPIPE, SIG_IGN)
signal(SIGXFSZ, SIG_IGN)
Descriptors.holdStandardStreams()
let given = ProgramArguments.given
let refusal = CommandFailure(arguments: given) ?? CommandFailure(descriptors: Descriptors.limit)
if let failure = refusal {
  Console().fail(failure)
  exit(failure.status.rawValue)
}
let arguments = GlobalOptions.moved(given.compactMap(\.text))
if arguments == ["help", "exit-codes"] {
  do { try Console().answer(ExitStatus.table) } catch { error.status.end() }
  exit(ExitStatus.success.rawValue)
}
do {
  var command = try Zigttp.parseAsRoot(arguments)
  try command.run()
} catch let failure as CommandFailure {
  Console().fail(failure)
  failure.status.end()
} catch {
  guard let failure = CommandFailure(wording: error) else { Zigttp.exit(withError: error) }
  Console().fail(failure)
  failure.status.end()
}
