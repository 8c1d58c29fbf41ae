/// What a suspended task waits for on a descriptor.
struct Interest: OptionSet {
    let rawValue: UInt8
    static let read = Interest(rawValue: 1)
    static let write = Interest(rawValue: 2)
}

/// How a wait ended.
package enum WakeReason: Sendable {
    case ready
    case timedOut
    case cancelled
}

/// A suspended task: resumed exactly once, by readiness, its deadline or its cancellation, whichever comes first.
struct Waiter {
    let id: UInt64
    let interest: Interest
    let deadline: ContinuousClock.Instant?
    let continuation: UnsafeContinuation<WakeReason, Never>
}

/// A descriptor known to an event loop, with everyone who waits for it.
///
/// Touched on the loop's thread only.
final class Registration {
    let id: UInt64
    var descriptor: FileDescriptor
    /// Index in the loop's poll set, or −1 once the loop has forgotten it.
    var slot = -1
    var waiters: [Waiter] = []
    /// Called while there is something to receive, until it is cleared.
    var readObserver: (() -> Void)?
    /// Called once when the descriptor can be written again.
    var writeObserver: (() -> Void)?
    /// Input that was taken from the kernel but not yet delivered (inside a TLS session): poll(2) cannot see it.
    var hasBufferedInput = false
    /// With SO_RCVLOWAT set, bytes below the mark never wake poll(2): readers are woken after this long regardless.
    var lowWatermarkDelay: Duration?
    /// When the readers of a low-watermark socket are woken next.
    var lowWatermarkDue: ContinuousClock.Instant?

    init(id: UInt64, descriptor: consuming FileDescriptor) {
        self.id = id
        self.descriptor = descriptor
    }

    /// The union of what everyone here waits for.
    var interest: Interest {
        var interest: Interest = []
        for waiter in waiters { interest.formUnion(waiter.interest) }
        if readObserver != nil { interest.insert(.read) }
        if writeObserver != nil { interest.insert(.write) }
        return interest
    }

    /// Wakes those who wait for any of `ready`.
    func wake(_ ready: Interest) {
        resumeWaiters(where: { !$0.interest.isDisjoint(with: ready) }, .ready)
        if ready.contains(.write), let observer = writeObserver {
            writeObserver = nil
            observer()
        }
        if ready.contains(.read), let observer = readObserver { observer() }
    }

    /// Removes and resumes the waiters that `isDue` picks.
    func resumeWaiters(where isDue: (Waiter) -> Bool, _ reason: WakeReason) {
        var index = 0
        while index < waiters.count {
            if isDue(waiters[index]) {
                waiters.remove(at: index).continuation.resume(returning: reason)
            } else {
                index += 1
            }
        }
    }
}
