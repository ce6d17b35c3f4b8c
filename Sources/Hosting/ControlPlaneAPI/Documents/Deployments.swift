import Digests
import JSON

/// What `GET /v1/deployments/{id}` answers.
public struct DeploymentStatus: WireDocument {
  /// How it goes.
  public var status: RunState
  /// Why it failed, or what it waits for.
  public var message: String?
  /// Where the service answers.
  public var url: String?

  /// From its parts.
  public init(status: RunState, message: String? = nil, url: String? = nil) {
    self.status = status
    self.message = message
    self.url = url
  }

  /// From an answer.
  public init(json: JSONValue) throws(JSONError) {
    let fields = try WireFields(json, "deployment")
    status = try fields.word("status", RunState.self)
    message = try fields.stringIfAny("message")
    url = try fields.stringIfAny("url")
  }

  /// As it is answered.
  public var json: JSONValue {
    var out: JSONObject = ["status": .string(status.rawValue)]
    out.add("message", message)
    out.add("url", url)
    return .object(out)
  }
}

/// One accepted change of a service, in `GET /v1/services/{name}/deployments`.
public struct DeploymentEntry: WireDocument {
  /// What it is called.
  public var deploymentID: String
  /// The generation that it made.
  public var generation: Int64
  /// `HOST/NAMESPACE/NAME@sha256:…`
  public var image: String
  /// The contract that was approved.
  public var contractSha: Digest
  /// Milliseconds since 1970.
  public var createdAt: Int64
  /// Who asked for it.
  public var email: String?
  /// How it went.
  public var status: RunState
  /// Why it failed.
  public var message: String?

  /// From its parts.
  public init(
    deploymentID: String, generation: Int64, image: String, contractSha: Digest, createdAt: Int64,
    email: String?, status: RunState, message: String?
  ) {
    self.deploymentID = deploymentID
    self.generation = generation
    self.image = image
    self.contractSha = contractSha
    self.createdAt = createdAt
    self.email = email
    self.status = status
    self.message = message
  }

  /// From an answer.
  public init(json: JSONValue) throws(JSONError) {
    let fields = try WireFields(json, "deployment")
    deploymentID = try fields.string("deploymentId")
    generation = try fields.integer("generation")
    image = try fields.string("image")
    contractSha = try fields.sha256("contractSha")
    createdAt = try fields.time("createdAt")
    email = try fields.stringIfAny("email")
    status = try fields.word("status", RunState.self)
    message = try fields.stringIfAny("message")
  }

  /// As it is answered.
  public var json: JSONValue {
    var out: JSONObject = [
      "deploymentId": .string(deploymentID), "generation": .integer(generation),
      "image": .string(image), "contractSha": .string(contractSha.hex),
    ]
    out.add("createdAt", time: createdAt)
    out.add("email", email)
    out["status"] = .string(status.rawValue)
    out.add("message", message)
    return .object(out)
  }
}

/// A service among others, in `GET /v1/services`.
public struct ServiceEntry: WireDocument {
  /// What it is called.
  public var name: String
  /// What runs.
  public var service: LiveService

  /// From its parts.
  public init(name: String, service: LiveService) {
    self.name = name
    self.service = service
  }

  /// From an answer.
  public init(json: JSONValue) throws(JSONError) {
    name = try WireFields(json, "service").string("name")
    service = try LiveService(json: json)
  }

  /// As it is answered: the service, with its name before it.
  public var json: JSONValue {
    var out: JSONObject = ["name": .string(name)]
    for member in service.json.objectValue?.members ?? [] { out[member.key] = member.value }
    return .object(out)
  }
}

/// A part of a list, newest first.
public struct Page<Entry: WireDocument>: WireDocument {
  /// The entries.
  public var entries: [Entry]
  /// What `?from=` asks for the entries after these with; nil where there are none.
  public var next: String?

  /// From its parts.
  public init(entries: [Entry], next: String? = nil) {
    self.entries = entries
    self.next = next
  }

  /// From an answer.
  public init(json: JSONValue) throws(JSONError) {
    let fields = try WireFields(json, "answer")
    entries = try fields.list("entries", of: Entry.self)
    next = try fields.stringIfAny("next")
  }

  /// As it is answered.
  public var json: JSONValue {
    var out: JSONObject = ["entries": .array(entries.map(\.json))]
    out.add("next", next)
    return .object(out)
  }
}
