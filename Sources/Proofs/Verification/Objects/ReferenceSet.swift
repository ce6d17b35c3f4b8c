import ContentStore
import Digests
import OCIImage

/// The references that were followed, each once, although most objects are named by many: two bytes
/// an object that everybody names in the same way, and the whole reference only for any other way.
struct ReferenceSet {
  private struct Way: Hashable {
    var role: ObjectReference.Role
    var mediaType: String
  }

  private var ways: [Way: UInt16] = [:]
  // By number of the object, the way in which it was named first, or 0.
  private var first: [UInt16] = []
  private(set) var others: Set<ObjectReference> = []

  /// Adds a reference.
  ///
  /// - Parameters:
  ///   - number: of the object that it names.
  ///   - size: of that object, always the same; nil where it is not there.
  /// - Returns: whether it is new.
  mutating func insert(_ reference: ObjectReference, _ number: Int, size: UInt64?) -> Bool {
    // In which place it stands makes no difference.
    var reference = reference
    reference.place = 0
    guard reference.descriptor.size == size, let way = way(of: reference) else {
      return others.insert(reference).inserted
    }
    if number >= first.count {
      first += repeatElement(0, count: number + 1 - first.count)
    }
    if first[number] == 0 {
      first[number] = way
      return true
    }
    return first[number] != way && others.insert(reference).inserted
  }

  // nil for a reference that says more than role, type, name and size.
  private mutating func way(of reference: ObjectReference) -> UInt16? {
    let descriptor = reference.descriptor
    guard descriptor.artifactType == nil, descriptor.platform == nil,
      descriptor.annotations.isEmpty, descriptor.others.count == 0
    else { return nil }
    let way = Way(role: reference.role, mediaType: descriptor.mediaType)
    if let known = ways[way] { return known }
    guard ways.count < UInt16.max else { return nil }
    ways[way] = UInt16(ways.count + 1)
    return UInt16(ways.count)
  }
}
