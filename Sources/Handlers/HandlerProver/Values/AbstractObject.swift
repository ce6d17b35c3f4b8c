import Encodings
import HandlerLanguage

/// When code runs: once at start, or for each request.
enum Phase: Hashable { case start, request }

/// All the objects that one expression makes in one frame, seen as one.
struct AbstractObject {
  /// What an object is besides its fields.
  enum Kind: Equatable {
    case plain
    case array
    /// Parsed JSON: an object or an array, all the way down.
    case data
    case request
    /// Headers of a request, a response or an answer; indexing ignores case.
    case headers
    case response(ResponseKind)
    case result
    /// A JSX element: it is escaped when it is rendered.
    case element
  }
  /// How the body of a response was made.
  enum ResponseKind: Equatable {
    case json, text, html, rawJSON, redirect
    /// What another service answered; the number is the call's expression.
    case answer(Int)
  }

  var kind: Kind
  var phase: Phase
  var position: SourcePosition
  var fields: [ByteName: AbstractValue] = [:]
  /// Names of fields that are there from the beginning.
  var certain: Set<ByteName> = []
  /// Elements of an array, and fields whose names are not known.
  var others = AbstractValue.nothing
  /// Labels of the object as a whole, such as those of what decided its shape.
  var labels: Labels = []

  /// The fields in the order of their names.
  var sortedFields: [(name: String, value: AbstractValue)] {
    fields.map { ($0.key.text, $0.value) }.sorted { UTF8Order.precedes($0.name, $1.name) }
  }

  /// Everything a field of an unknown name can be.
  var anyField: AbstractValue {
    var all = others
    for value in fields.values { all.formUnion(value) }
    return all
  }
}
