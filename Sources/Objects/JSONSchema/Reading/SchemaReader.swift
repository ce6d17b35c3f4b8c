import Encodings
import JSON

/// Reads a document into the nodes of a schema.
struct SchemaReader {
  var nodes: [SchemaNode] = []
  /// Nodes by where they stand, and by `$anchor`.
  private var places: [ByteName: Int] = [:]
  private var anchors: [ByteName: Int] = [:]
  /// References and the nodes they stand in.
  private var references: [(node: Int, text: String)] = []
  private var document = JSONValue.null

  static let dialects: Set<String> = [
    "https://json-schema.org/draft/2020-12/schema", "https://json-schema.org/draft/2020-12/schema#",
  ]

  mutating func read(_ document: JSONValue) throws(SchemaError) -> [SchemaNode] {
    self.document = document
    _ = try schema(document, "")
    try resolveReferences()
    try checkEndless()
    return nodes
  }

  /// Reads one schema; gives its place.
  mutating func schema(_ value: JSONValue, _ pointer: String) throws(SchemaError) -> Int {
    guard nodes.count < Schema.mostNodes else { throw SchemaError(.tooLarge, at: pointer) }
    let index = nodes.count
    nodes.append(SchemaNode(pointer: pointer))
    places[ByteName(pointer)] = index
    switch value {
    case .bool(let isTrue): nodes[index].never = !isTrue
    case .object(let members): try read(members, into: index, pointer)
    default: throw SchemaError(.notSchema, at: pointer)
    }
    return index
  }

  private mutating func read(
    _ members: JSONObject, into index: Int, _ pointer: String
  ) throws(SchemaError) {
    var node = nodes[index]
    for member in members.members {
      guard let keyword = SchemaKeyword(rawValue: member.key) else {
        if let instead = SchemaKeyword.refused[member.key] {
          throw SchemaError(.unsupportedKeyword(member.key, instead: instead), at: pointer)
        }
        throw SchemaError(.unknownKeyword(member.key), at: pointer)
      }
      let value = KeywordValue(keyword, member.value, in: pointer)
      switch keyword {
      case .schema: try checkDialect(value)
      case .id:
        // Inside it would be another base for references.
        if !pointer.isEmpty {
          throw SchemaError(
            .unsupportedKeyword("$id", instead: "name inner schemas below `$defs`"), at: pointer)
        }
        _ = try value.string()
      case .reference: references.append((index, try value.string()))
      case .anchor: anchors[ByteName(try value.string())] = index
      case .comment, .title, .description, .default, .examples, .deprecated, .readOnly,
        .writeOnly:
        break
      case .definitions: _ = try schemas(value)
      case .type: node.types = try value.types()
      // `enum` and `const` in one schema: both hold.
      case .enum:
        node.constants = Self.both(node.constants, Set(try value.array().map(Fingerprint.of)))
      case .const: node.constants = Self.both(node.constants, [Fingerprint.of(member.value)])
      case .multipleOf: node.multipleOf = Decimal(try value.positive())
      case .maximum: node.maximum = try value.number()
      case .exclusiveMaximum: node.exclusiveMaximum = try value.number()
      case .minimum: node.minimum = try value.number()
      case .exclusiveMinimum: node.exclusiveMinimum = try value.number()
      case .maxLength: node.maxLength = try value.count()
      case .minLength: node.minLength = try value.count()
      case .pattern: node.pattern = try pattern(try value.string(), pointer)
      case .format: node.format = try value.format()
      case .maxItems: node.maxItems = try value.count()
      case .minItems: node.minItems = try value.count()
      case .uniqueItems: node.uniqueItems = try value.boolean()
      case .maxContains: node.maxContains = try value.count()
      case .minContains: node.minContains = try value.count()
      case .prefixItems: node.prefixItems = try list(value)
      case .items: node.items = try schema(member.value, value.pointer)
      case .contains: node.contains = try schema(member.value, value.pointer)
      case .maxProperties: node.maxProperties = try value.count()
      case .minProperties: node.minProperties = try value.count()
      case .required: node.required = try value.names()
      case .dependentRequired: node.dependentRequired = try value.nameLists()
      case .properties: node.properties = try schemas(value)
      case .patternProperties: node.patternProperties = try patterns(value)
      case .additionalProperties:
        node.additionalProperties = try schema(member.value, value.pointer)
      case .propertyNames: node.propertyNames = try schema(member.value, value.pointer)
      case .dependentSchemas: node.dependentSchemas = try schemas(value)
      case .allOf: node.allOf = try someSchemas(value)
      case .anyOf: node.anyOf = try someSchemas(value)
      case .oneOf: node.oneOf = try someSchemas(value)
      case .not: node.not = try schema(member.value, value.pointer)
      case .condition: node.condition = try schema(member.value, value.pointer)
      case .then: node.then = try schema(member.value, value.pointer)
      case .otherwise: node.otherwise = try schema(member.value, value.pointer)
      }
    }
    nodes[index] = node
  }

  private static func both(_ a: Set<[UInt8]>?, _ b: Set<[UInt8]>) -> Set<[UInt8]> {
    a?.intersection(b) ?? b
  }

  private func checkDialect(_ value: KeywordValue) throws(SchemaError) {
    let name = try value.string()
    guard Self.dialects.contains(name) else {
      throw SchemaError(.otherDialect(name), at: value.owner)
    }
  }

  private func pattern(_ text: String, _ pointer: String) throws(SchemaError) -> TextPattern {
    do throws(PatternError) { return try TextPattern(text) } catch {
      throw SchemaError(.pattern(error), at: pointer)
    }
  }

  // MARK: Several schemas

  private mutating func list(_ value: KeywordValue) throws(SchemaError) -> [Int] {
    var found: [Int] = []
    for (place, element) in try value.array().enumerated() {
      found.append(try schema(element, "\(value.pointer)/\(place)"))
    }
    return found
  }

  private mutating func someSchemas(_ value: KeywordValue) throws(SchemaError) -> [Int] {
    let found = try list(value)
    guard !found.isEmpty else { throw value.malformed("an array of at least one schema") }
    return found
  }

  private mutating func schemas(
    _ value: KeywordValue
  ) throws(SchemaError) -> [(name: String, node: Int)] {
    var found: [(name: String, node: Int)] = []
    for member in try value.object().members {
      let inner = try schema(member.value, "\(value.pointer)/\(JSONPointer.escaped(member.key))")
      found.append((member.key, inner))
    }
    return found
  }

  private mutating func patterns(
    _ value: KeywordValue
  ) throws(SchemaError) -> [(pattern: TextPattern, node: Int)] {
    var found: [(pattern: TextPattern, node: Int)] = []
    for (name, node) in try schemas(value) {
      found.append((try pattern(name, value.pointer), node))
    }
    return found
  }

  // MARK: References

  private mutating func resolveReferences() throws(SchemaError) {
    let base = document["$id"]?.stringValue
    for (node, text) in references {
      let pointer = nodes[node].pointer
      var fragment = text
      if let base, !base.isEmpty, text.hasPrefix(base) { fragment.removeFirst(base.count) }
      if fragment.isEmpty { fragment = "#" }
      guard fragment.hasPrefix("#") else { throw SchemaError(.remoteReference(text), at: pointer) }
      let target = String(fragment.dropFirst())
      let found: Int?
      if target.isEmpty || target.hasPrefix("/") {
        found = PercentEncoding.decode(target).flatMap { places[ByteName($0)] }
      } else {
        found = anchors[ByteName(target)]
      }
      guard let found else { throw SchemaError(.missingReference(text), at: pointer) }
      nodes[node].reference = found
    }
  }

  /// Whether a schema is applied to a value by being applied to it: that would never end.
  private func checkEndless() throws(SchemaError) {
    enum Mark { case open, done }
    var marks: [Mark?] = Array(repeating: nil, count: nodes.count)
    for start in nodes.indices where marks[start] == nil {
      // Each node with the rest of those it applies in place.
      var path = [(node: start, rest: nodes[start].inPlace[...])]
      marks[start] = .open
      while var last = path.popLast() {
        guard let next = last.rest.popFirst() else {
          marks[last.node] = .done
          continue
        }
        path.append(last)
        if marks[next] == .open {
          throw SchemaError(.endlessReference, at: nodes[next].pointer)
        }
        if marks[next] == nil {
          marks[next] = .open
          path.append((next, nodes[next].inPlace[...]))
        }
      }
    }
  }
}
