import Testing

@testable import Encodings

@Suite struct BinarySearchTests {
  @Test func everyPlaceIsFound() {
    for count in 0..<40 {
      let numbers = Array(0..<count)
      for place in 0...count { #expect(numbers.partitioningIndex { $0 >= place } == place) }
    }
  }

  @Test func aSliceKeepsItsIndices() {
    let slice = [0, 1, 1, 4, 9, 9][2...]
    #expect(slice.partitioningIndex { $0 >= 1 } == 2)
    #expect(slice.partitioningIndex { $0 > 1 } == 3)
    #expect(slice.partitioningIndex { $0 > 9 } == 6)
  }
}
