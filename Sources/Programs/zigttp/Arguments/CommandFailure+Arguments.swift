import ArgumentParser
import Encodings
import Files

extension CommandFailure {
  /// Where an argument is no text: no path that is made of it leads to what it names.
  init?(arguments: [FileName]) {
    guard let bad = arguments.first(where: { $0.text == nil }) else { return nil }
    self.init(
      .usage, "the argument '\(bad.shown)' is not UTF-8: zigttp takes no other names",
      next: "Rename what it stands for, or work in its folder and name what is below.")
  }

  /// What the parser says of arguments that it cannot take; nil where it was asked for help or the
  /// version, which is an answer.
  init?(parsing error: any Error, of line: ArgumentLine) {
    guard Zigttp.exitCode(for: error) != .success else { return nil }
    let usage = Zigttp.usageString(for: line.command)
    self.init(
      .usage, SafeText(escaping: Zigttp.message(for: error)),
      details: ["Usage: \(usage)"],
      next: Self.hint(line, usage) ?? "`\(line.name) --help` says more.")
  }

  // What other tools call `--json`.
  private static func hint(_ line: ArgumentLine, _ usage: String) -> SafeText? {
    let isFormat = line.words.contains { $0 == "--format" || $0.hasPrefix("--format=") }
    let isForJSON = line.words.contains { $0 == "json" || $0 == "--format=json" }
    return isFormat && (isForJSON || !usage.contains("--format")) ? "For JSON write --json." : nil
  }
}
