/// A table that is there for one question, beside the views of an index.
struct TemporaryTable {
  /// Ours, never anybody's text.
  var name: String
  /// The same.
  var columns: [String]
  /// Values, as text.
  var rows: [[String?]]
}
