/-
`decide +kernel` leaves everything to the kernel, and the option sends the kernel home.
expect: kernel
-/
theorem t : 1000 * 1000 = 1000001 := by sorry
-- candidate
set_option debug.skipKernelTC true in
theorem t : 1000 * 1000 = 1000001 := by decide +kernel
