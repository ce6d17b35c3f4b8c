import Encodings
import HandlerLanguage

/// When code runs: once at start, or for each request.
enum Phase: Hashable { case start, request }

/// All the objects that one expression makes in one frame, seen as one.
struct AbstractObject {
  /// What an object is besides its fields.
  enum Kind: Equatable {
    case plain
    /// Places that a literal fills are fields by their numbers; all else is in `others`.
    case array
    /// Parsed JSON: an object or an array, all the way down.
    case data
    case request
    /// Headers of a request, a response or an answer; indexing ignores case.
    case headers
    case response(ResponseKind)
    case result
    /// A JSX element: opaque until it is rendered.
    case element
  }
  /// How the body of a response was made.
  enum ResponseKind: Equatable {
    case json, text, html, rawJSON, redirect, base64
    /// What another service answered; the number is the call's expression.
    case answer(Int)
  }
  /// What rendering an element does.
  struct Rendering {
    /// The component, and the object it is called with.
    var component = AbstractValue.nothing
    var properties = AbstractValue.nothing
    /// What stands in an HTML element or a fragment.
    var contents = AbstractValue.nothing
    /// The expression that made it: its calls are told apart by it.
    var site: Expression
  }

  var kind: Kind
  var phase: Phase
  var position: SourcePosition
  /// The frame that makes it.
  var frame: Int
  var fields: [ByteName: AbstractValue] = [:]
  /// Names of fields that are there from the beginning.
  var certain: Set<ByteName> = []
  /// Elements of an array, and fields whose names are not known.
  var others = AbstractValue.nothing
  /// Labels of the object as a whole, such as those of what decided its shape: how many elements
  /// or fields there are, which, and in what order.
  var labels: Labels = []
  /// Whether it stands for more than one object at a time.
  var isMany = false
  /// Whether a function other than the one that makes it stores into it.
  var isStoredElsewhere = false
  var rendering: Rendering?

  /// The fields in the order of their names.
  var sortedFields: [(name: String, value: AbstractValue)] {
    fields.map { ($0.key.text, $0.value) }.sorted { UTF8Order.precedes($0.name, $1.name) }
  }
}
