import ArgumentParser
import CSys
import Glibc

// Synchronous on purpose: an async main costs a static program several milliseconds at start.
// A closed pipe and a file-size limit are errors to report, not reasons to die without a word.
signal(SIGPIPE, SIG_IGN)
signal(SIGXFSZ, SIG_IGN)
let given = (0..<csys_argument_count()).map { String(cString: csys_argument($0)) }
let arguments = GlobalOptions.moved(Array(given.dropFirst()))
if arguments == ["help", "exit-codes"] {
  do { try Console().answer(ExitStatus.table) } catch { exit(ExitStatus.failure.rawValue) }
  exit(ExitStatus.success.rawValue)
}
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
