/// A generator whose numbers depend on its seed only (SplitMix64), so that a failure can be run again.
public struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
        return word ^ word >> 31
    }

    /// `bytes` with a few of them changed, removed, repeated or cut off.
    public mutating func mutation(of bytes: [UInt8]) -> [UInt8] {
        var mutated = bytes
        for _ in 0..<Int.random(in: 1...3, using: &self) where !mutated.isEmpty {
            let index = Int.random(in: mutated.indices, using: &self)
            switch Int.random(in: 0..<5, using: &self) {
            case 0: mutated[index] = UInt8.random(in: .min ... .max, using: &self)
            case 1: mutated[index] = [0x00, 0x7F, 0x80, 0xFF].randomElement(using: &self) ?? 0
            case 2: mutated.remove(at: index)
            case 3: mutated.insert(mutated[index], at: index)
            default: mutated.removeLast(mutated.count - index)
            }
        }
        return mutated
    }
}
