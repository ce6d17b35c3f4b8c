import Encodings
import JSON

/// What `init` answers: the files that it wrote.
public struct InitDocument: Document {
  /// `schema/json/init-v1.schema.json`.
  public static let schema = "init"
  private let template: String
  private let files: [(path: String, purpose: String)]

  /// - Parameter files: relative to the project, in the order written.
  public init(template: String, files: [(path: String, purpose: String)]) {
    (self.template, self.files) = (template, files)
  }

  /// A line a file, then what to do next.
  public var text: SafeText {
    let width = (files.map(\.path.count).max() ?? 0) + 2
    let lines: [SafeText] = files.map { file in
      "\(SafeText(escaping: file.path).padded(to: width))\(file.purpose)\n"
    }
    return """
      \(lines.joined())
      Next:
        zigttp check           what is proven of it
        zigttp deploy --local  a program that serves it
        zigttp help language   what it can be made of

      """
  }

  /// `template`, `files`.
  public var members: JSONObject {
    ["template": .string(template), "files": .array(files.map { .string($0.path) })]
  }
}
