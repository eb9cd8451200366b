-- P0 tasks wait with scores so much smaller that they come before all others.
local P0_HEAD_START = 1e13
