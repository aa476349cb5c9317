"""Who receives what (M40): project calls, kit catalogue, drawing rights, orders and returns."""
