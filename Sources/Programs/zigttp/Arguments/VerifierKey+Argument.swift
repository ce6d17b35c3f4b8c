import Encodings
import Ledger

extension VerifierKey {
  private static let limit = 4096

  /// A key as an argument names it: itself, or a file, or - for standard input, that holds it on one
  /// line.
  ///
  /// - Throws: ``CommandFailure``; it never repeats what may be the secret half of a key.
  init(argument: String, in invocation: Invocation) throws {
    let reason: LedgerError
    do throws(LedgerError) {
      self = try VerifierKey(Array(argument.utf8))
      return
    } catch { reason = error }
    if argument.hasPrefix(Self.secret) { throw Self.isSecret("what was given") }
    guard argument == "-" || InputFile.exists(argument, in: invocation) else {
      throw CommandFailure(
        .usage, "'\(argument)' is neither a verifier key nor a file: \(reason)", next: Self.advice)
    }
    var line = try InputFile.read(argument, in: invocation, limit: Self.limit)
    if line.last == 0x0a { line.removeLast() }
    if line.last == 0x0d { line.removeLast() }
    if line.starts(with: Self.secret.utf8) { throw Self.isSecret("\(argument)") }
    do throws(LedgerError) { self = try VerifierKey(line) } catch {
      throw CommandFailure(
        .failure, "\(argument) does not hold a verifier key on one line: \(error)",
        next: Self.advice)
    }
  }

  private static let secret = "PRIVATE+KEY+"
  private static let advice: SafeText = "`zigttp key show` prints the verifier key of a ledger."

  private static func isSecret(_ what: SafeText) -> CommandFailure {
    CommandFailure(
      .usage, "\(what) is a private key, which stays with whoever signs", next: advice)
  }
}
