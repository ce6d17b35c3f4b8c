import ContentStore
import Digests
import OCIImage
import StoreTesting
import Testing

/// Documents over objects in memory.
struct SampleDocuments {
  let blobs = MemoryBlobs()

  func content(_ text: String, _ type: String = MediaType.layer) -> Descriptor {
    blobs.add(Array(text.utf8)).descriptor(type)
  }

  func json(_ descriptor: Descriptor) -> String {
    String(decoding: descriptor.json.canonicalBytes, as: UTF8.self)
  }

  func manifest(
    _ layers: [Descriptor], subject: Descriptor? = nil, artifactType: String? = nil
  ) -> Descriptor {
    let config = content("{}", MediaType.empty)
    let manifest = Manifest(
      artifactType: artifactType, config: config, layers: layers, subject: subject)
    return blobs.add(manifest.bytes).descriptor(MediaType.manifest)
  }

  func index(_ entries: [Descriptor], _ type: String = MediaType.index) -> Descriptor {
    let entries = entries.map(json).joined(separator: ",")
    return content(
      #"{"manifests":[\#(entries)],"mediaType":"\#(type)","schemaVersion":2}"#, type)
  }
}

@Suite struct ReferencesTests {
  private let sample = SampleDocuments()

  private func roles(_ references: [ObjectReference]) -> [String] {
    references.map { "\($0.role) \($0.place)" }
  }

  /// Every type of document, by its type and by its bytes alone: both find the same.
  @Test func everyTypeSaysWhatItNames() throws {
    let (a, b) = (sample.content("a"), sample.content("b"))
    let inner = sample.manifest([a])
    let (x, y, m) = (sample.json(a), sample.json(b), sample.json(inner))
    let docker = "application/vnd.docker.distribution.manifest"
    let artifact = "application/vnd.oci.artifact.manifest.v1+json"
    let cases: [(type: String, text: String, roles: [String])] = [
      (
        MediaType.manifest, #"{"config":\#(x),"layers":[\#(x),\#(y)],"schemaVersion":2}"#,
        ["config 0", "layer 0", "layer 1"]
      ),
      (
        MediaType.manifest,
        #"{"config":\#(x),"layers":[],"schemaVersion":2,"subject":\#(m)}"#,
        ["config 0", "subject 0"]
      ),
      (
        MediaType.index, #"{"manifests":[\#(m),\#(m)],"schemaVersion":2,"subject":\#(m)}"#,
        ["manifest 0", "manifest 1", "subject 0"]
      ),
      (
        docker + ".v2+json",
        #"{"config":\#(x),"layers":[\#(y)],"mediaType":"\#(docker).v2+json","schemaVersion":2}"#,
        ["config 0", "layer 0"]
      ),
      (
        docker + ".list.v2+json", #"{"manifests":[\#(m)],"schemaVersion":2}"#, ["manifest 0"]
      ),
      (
        artifact, #"{"blobs":[\#(x),\#(y)],"mediaType":"\#(artifact)","subject":\#(m)}"#,
        ["blob 0", "blob 1", "subject 0"]
      ),
    ]
    for each in cases {
      let bytes = Array(each.text.utf8)
      #expect(try roles(References.read(bytes, as: each.type)) == each.roles)
      let document = try #require(try References.document(bytes))
      #expect(roles(document.references) == each.roles)
      #expect(
        References.subject(bytes) == (each.roles.contains("subject 0") ? inner.digest : nil))
    }
  }

  @Test func aDeployRecordNamesItsParts() throws {
    let image = sample.manifest([sample.content("layer")])
    let record = sample.manifest(
      [
        sample.content("contract", RecordMediaType.contract),
        sample.content("sources", RecordMediaType.sources),
      ], subject: image, artifactType: RecordMediaType.deploy)
    let reader = ReferenceReader(sample.blobs)
    let reference = ObjectReference(role: .record, descriptor: record)
    let found = try #require(try reader.document(reference)).references
    #expect(roles(found) == ["config 0", "contract 0", "sources 0", "image 0"])
    #expect(found.map(\.mayNameOthers) == [false, false, false, true])
  }

  @Test(arguments: [
    "content", "", "[1]", #"{"contract":1}"#, #"{"config":{"Entrypoint":[]},"rootfs":{}}"#,
    #"{"mediaType":"application/x","layers":7}"#,
  ]) func contentNamesNothing(_ text: String) throws {
    let descriptor = sample.content(text, "application/x")
    for type in [nil, "application/x"] {
      let reader = ReferenceReader(sample.blobs)
      #expect(try reader.document(descriptor.digest, mediaType: type) == nil)
    }
  }

  @Test(arguments: [
    "{", "\u{feff}{}", #"{"schemaVersion":1,"fsLayers":[]}"#,
    #"{"schemaVersion":2,"layers":{}}"#, #"{"schemaVersion":2.0,"layers":[{"digest":"x:y"}]}"#,
    #"{"schemaVersion":2,"subject":{"digest":"blake3:aa","mediaType":"m","size":1}}"#,
  ]) func whatMayNameOthersIsUnderstoodOrRefused(_ text: String) throws {
    let descriptor = sample.content(text, "application/x")
    #expect(throws: StoreError.self) {
      try ReferenceReader(sample.blobs).document(
        ObjectReference(role: .manifest, descriptor: descriptor))
    }
    // The same as a layer is nobody's business.
    let layer = ObjectReference(role: .layer, descriptor: descriptor)
    #expect(try ReferenceReader(sample.blobs).document(layer) == nil)
  }

  @Test func whatIsTooLargeIsContentUnlessItBeginsLikeADocument() throws {
    let reader = ReferenceReader(sample.blobs)
    let large = String(repeating: " ", count: References.limit)
    let content = sample.content("x" + large)
    #expect(try reader.document(content.digest, mediaType: nil) == nil)
    let document = sample.content("{}" + large)
    #expect(throws: StoreError.self) { try reader.document(document.digest, mediaType: nil) }
  }
}
