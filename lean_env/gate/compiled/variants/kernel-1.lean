/-- What the kernel says of a declaration that it does not take. -/
abbrev Refusal := Kernel.Exception
